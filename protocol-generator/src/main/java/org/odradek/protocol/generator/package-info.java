/**
 * Reads the message schemas and writes the Java classes of {@code org.odradek.protocol.message}.
 * Runs at build time only, in one thread.
 *
 * <p>One file per API holds its request and its response in all versions:
 *
 * <pre>{@code
 * # lines that begin with a hash are comments
 * api Heartbeat 12                            name and key; the file is Heartbeat.schema
 *
 * request  versions 0-4  flexible 4+          flexible none: no version has tagged fields
 *   groupId:          string   0+             name, type, versions that have the field
 *   generationId:     int32    0+             4+ reaches to the message's last version
 *   memberId:         string?2+  0+  = null   null allowed from version 2 on; default
 *   groupInstanceId:  string?  3+  = null     null allowed in all the field's versions
 *   topics:           [Topic]  0+  ignorable  array of structs: left out where there is no place
 *     name:   string  0+                      the struct's fields, indented below its first use
 *   owner:            Owner    4+  tag 0      tagged field (KIP-482); tags count from 0
 *
 *   struct Owner                              a struct that is used more than once
 *     name:   string  0+  secret              secret: not shown by toString
 *
 * response  versions 0-4  flexible 4+
 *   ...
 * }</pre>
 *
 * <p>Files of headers and of what is kept in logs have {@code header Name} or {@code data Name} in
 * place of {@code api}, {@code request} and {@code response}. {@code flexible none} after a field
 * keeps it in its old form in the flexible versions, too. Without {@code = value} the default is
 * zero, false, the empty string, array or bytes, or a struct of defaults.
 *
 * <p>{@link org.odradek.protocol.generator.SchemaParser} makes the model of {@link
 * org.odradek.protocol.generator.Schema}, {@link org.odradek.protocol.generator.MessageClass}
 * writes one class.
 */
@NullMarked
package org.odradek.protocol.generator;

import org.jspecify.annotations.NullMarked;
