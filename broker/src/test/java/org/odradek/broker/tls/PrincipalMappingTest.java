package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.config.ConfigException;

/** Names are those that the mapper of Kafka 3.9.2 was seen to make. */
class PrincipalMappingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEFAULT | CN=a,OU=b | CN=a,OU=b",
        "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/ | CN=kafka,OU=ServiceUsers,O=x | kafka",
        "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/, DEFAULT | CN=kafka,OU=X | CN=kafka,OU=X",
        "RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L | CN=KaFka,OU=X | kafka",
        "RULE:^CN=(.*?)$/$1/L,RULE:^OU=(.*?)$/$1/U | OU=q | Q",
        "RULE:^CN=(.*?),OU=(.*?),.*$/$1@$3/U | CN=a,OU=b,C=d | A@$3",
        "RULE:^CN=(.*?)$/a\\/b$1/ | CN=q | a/bq",
        "RULE:^CN=(a{1,3})$/$1/ | CN=aa | aa",
        "RULE:CN=(.)/\\$1/ | CN=a | $1",
        "RULE:CN=(.)/$0/ | CN=A | CN=A",
      })
  void mapsAsKafka(String rules, String name, String expected) {
    assertEquals(expected, PrincipalMapping.of(rules).map(name));
  }

  @Test
  void groupsThatTookNoPartAreEmpty() {
    assertEquals("x", PrincipalMapping.of("RULE:CN=a|CN=(b)/x$1/").map("CN=a"));
  }

  @Test
  void rulesMayStandOnLinesOfTheirOwn() {
    assertEquals("q", PrincipalMapping.of("RULE:^CN=x$/y/\n RULE:^CN=(.*)$/$1/").map("CN=q"));
  }

  @Test
  void nobodyComesInWithoutARule() {
    assertNull(PrincipalMapping.of("RULE:^CN=(.*?),OU=Users.*$/$1/").map("CN=kafka,OU=X"));
    assertNull(PrincipalMapping.of("").map("CN=a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "RULE:x",
        "RULE:a/b",
        "RULE:[/b/",
        "RULE:CN=(.)/$1/X",
        "RULE:CN=(.)/$1/ L",
        "DEFAULTRULE:CN=(.)/$1/",
        "DEFAULT DEFAULT"
      })
  void refusesWhatIsNoRule(String rules) {
    ConfigException refused = assertThrows(ConfigException.class, () -> PrincipalMapping.of(rules));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("ssl.principal.mapping.rules"),
        refused.getMessage());
  }
}
