/** What tests of handlers have in common: requests and answers without a network. */
@NullMarked
package org.odradek.broker.api;

import org.jspecify.annotations.NullMarked;
