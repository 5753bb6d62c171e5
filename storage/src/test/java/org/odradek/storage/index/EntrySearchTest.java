package org.odradek.storage.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.storage.index.EntrySearch.Source;

class EntrySearchTest {
  private static final int ENTRY_BYTES = 8;
  private static final EntrySearch SEARCH = new EntrySearch(ENTRY_BYTES, Integer.BYTES);

  private int looks;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 511, 512, 513, 514, 1025, 40_000})
  void findsWhatLookingAtAllFinds(int count) throws Exception {
    for (int unevenness : new int[] {0, 1, 8}) {
      int[] keys = keys(count, unevenness);
      Random random = new Random(count);
      for (int i = 0; i < 300; i++) {
        int greatest = count == 0 ? 10 : keys[count - 1];
        int key = random.nextInt(greatest + 3) - 1;
        assertEquals(
            floor(keys, key),
            SEARCH.floor(source(keys), count, key),
            () -> "key " + key + " of " + count + " entries, unevenness " + unevenness);
      }
    }
  }

  @Test
  void looksAtFewPlacesWhereKeysGrowEvenly() throws Exception {
    int[] keys = keys(200_000, 1);
    SEARCH.floor(source(keys), keys.length, keys[123_456]);
    assertTrue(looks <= 4, () -> looks + " looks");
  }

  @Test
  void saysWhereItsSourceHasNotGotWhatItNeeds() throws Exception {
    assertEquals(EntrySearch.NOT_CACHED, SEARCH.floor((first, count) -> null, 10, 5));
    int[] keys = keys(10_000, 1);
    for (int answered = 0; answered < 3; answered++) {
      int last = answered;
      looks = 0;
      Source some = source(keys);
      assertEquals(
          EntrySearch.NOT_CACHED,
          SEARCH.floor(
              (first, count) -> looks < last ? some.entries(first, count) : null,
              keys.length,
              keys[5_000]));
    }
  }

  /** With equal keys among them; the larger the unevenness, the more grow at the end only. */
  private static int[] keys(int count, int unevenness) {
    Random random = new Random(unevenness);
    int[] keys = new int[count];
    double key = 0;
    for (int i = 0; i < count; i++) {
      keys[i] = (int) key;
      key +=
          random.nextInt(4) * (unevenness < 2 ? unevenness : Math.pow(2.0 * i / count, unevenness));
    }
    return keys;
  }

  private static int floor(int[] keys, int key) {
    int found = -1;
    for (int i = 0; i < keys.length && keys[i] <= key; i++) {
      found = i;
    }
    return found;
  }

  private Source source(int[] keys) {
    return (first, count) -> {
      looks++;
      if (first < 0 || count < 1 || first + count > keys.length) {
        throw new IOException("entries " + first + " to " + (first + count) + " of " + keys.length);
      }
      ByteBuffer bytes = ByteBuffer.allocate(count * ENTRY_BYTES);
      for (int i = 0; i < count; i++) {
        bytes.putInt(keys[first + i]).putInt(first + i);
      }
      return bytes.flip();
    };
  }
}
