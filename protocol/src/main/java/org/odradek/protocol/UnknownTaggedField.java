package org.odradek.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A tagged field (KIP-482) that the schema does not know, kept so that a message is written again
 * as it was read.
 *
 * @param tag unsigned, within one struct strictly increasing
 * @param data the field's bytes; not to be changed
 */
public record UnknownTaggedField(int tag, byte[] data) {

  @Override
  public boolean equals(Object other) {
    return other instanceof UnknownTaggedField field
        && tag == field.tag
        && Arrays.equals(data, field.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tag, Arrays.hashCode(data));
  }

  @Override
  public String toString() {
    return "UnknownTaggedField(tag=" + tag + ", size=" + data.length + ")";
  }
}
