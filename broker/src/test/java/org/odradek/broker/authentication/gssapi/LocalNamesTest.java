package org.odradek.broker.authentication.gssapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalNamesTest {
  private static final String REALM = "A.COM";

  private static String name(String principal, String... rules) {
    return LocalNames.of(List.of(rules), REALM).of(principal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "DEFAULT | alice@A.COM | alice",
        "DEFAULT | kafka/b1.a.com@A.COM | kafka",
        "DEFAULT | alice | alice",
        "RULE:[1:$1] | alice@B.COM | alice",
        "RULE:[2:$1] | kafka/b1@B.COM | kafka",
        "RULE:[2:$1-$2] | kafka/b1@B.COM | kafka-b1",
        "RULE:[1:$1@$0](.*@B\\.COM)s/@.*// | alice@B.COM | alice",
        "RULE:[1:$1@$0](.*@B\\.COM)s/@.*//L | Alice@B.COM | alice",
        "RULE:[1:$1@$0](.*@B\\.COM)s/@.*///L | Alice@B.COM | alice",
        "RULE:[1:$1@$0](.*@B\\.COM)s/@.*//U | Alice@B.COM | ALICE",
        "RULE:[1:$1]/L | ALICE@B.COM | alice",
        "RULE:[1:$1]/U | alice@B.COM | ALICE",
        "RULE:[1:$1](a.*)s/a/o/ | anna@B.COM | onna",
        "RULE:[1:$1](a.*)s/a/o/g | anna@B.COM | onno",
        "RULE:[1:$1](a.*)s/a/o/g/U | anna@B.COM | ONNO",
        "RULE:[1:$1]s/(.)(.*)/$2$1/ | anna@B.COM | nnaa",
        "RULE:[1:u_$1] | anna@B.COM | u_anna",
        "RULE:[2:$1](kafka)s/.*/admin/ | kafka/b1@A.COM | admin",
      })
  void aRuleMakesANameOfAPrincipal(String rule, String principal, String expected) {
    assertEquals(expected, name(principal, rule));
  }

  @Test
  void theFirstRuleThatFitsDecides() {
    String[] rules = {"RULE:[2:$1]", "RULE:[1:$1](b.*)s/$/-2/", "RULE:[1:$1-3]", "DEFAULT"};
    assertEquals("kafka", name("kafka/b1@A.COM", rules));
    assertEquals("bob-2", name("bob@A.COM", rules));
    assertEquals("alice-3", name("alice@A.COM", rules));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "DEFAULT | alice@B.COM",
        "RULE:[2:$1] | alice@A.COM",
        "RULE:[1:$1](b.*) | alice@A.COM",
        // the whole of it has to match
        "RULE:[1:$1](a) | alice@A.COM",
        // no name
        "RULE:[1:$1@$0] | alice@A.COM",
        "RULE:[2:$1/$2] | kafka/b1@A.COM",
        // no such part
        "RULE:[1:$2] | alice@A.COM",
        "RULE:[1:$] | alice@A.COM",
        "RULE:[1:$99999999999] | alice@A.COM",
        "RULE:[1:$1]s/a/$7/ | alice@A.COM",
        // no principal
        "DEFAULT | a@b@A.COM",
        "DEFAULT | a/b/c@A.COM",
      })
  void whoHasNoName(String rule, String principal) {
    String message =
        String.valueOf(
            assertThrows(NoLocalNameException.class, () -> name(principal, rule)).getMessage());
    assertTrue(message.length() > 10, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "default",
        "DEFAULT2",
        "RULE",
        "RULE:[1:$1",
        "RULE:[1]",
        "RULE:[:$1]",
        "RULE:[-1:$1]",
        "RULE:[1:$1](a",
        "RULE:[1:$1]s/a/b",
        "RULE:[1:$1]s/a/b/x",
        "RULE:[1:$1]s/a/b/gg",
        "RULE:[1:$1]/LU",
        "RULE:[1:$1](()",
        "RULE:[1:$1]s/*/b/",
        "RULE:[1:$1] DEFAULT",
      })
  void whatIsNoRule(String rule) {
    assertThrows(
        IllegalArgumentException.class, () -> LocalNames.of(List.of("DEFAULT", rule), REALM));
  }
}
