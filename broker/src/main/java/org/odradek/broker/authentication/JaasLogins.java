package org.odradek.broker.authentication;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which login modules a listener and mechanism have, by Kafka's rules: {@code
 * listener.name.<listener>.<mechanism>.sasl.jaas.config} if it is set, else the section {@code
 * <listener>.KafkaServer} of the JAAS file, else its section {@code KafkaServer}.
 *
 * @param file read at the start
 * @param inlineText the value of a configuration key, null when it is not set
 */
public record JaasLogins(JaasFile file, Function<String, @Nullable String> inlineText) {

  /**
   * The modules for one listener and mechanism.
   *
   * @throws JaasException if there are none, or more than one where one is meant
   */
  public List<JaasEntry> entries(String listenerName, String mechanism) {
    String listener = listenerName.toLowerCase(Locale.ROOT);
    String key =
        "listener.name."
            + listener
            + "."
            + mechanism.toLowerCase(Locale.ROOT)
            + ".sasl.jaas.config";
    String text = inlineText.apply(key);
    if (text != null) {
      List<JaasEntry> inline = JaasParser.parseEntries(key, text);
      if (inline.size() != 1) {
        throw new JaasException(key + " must hold one login module, but holds " + inline.size());
      }
      return inline;
    }
    String own = listener + "." + JaasFile.SERVER_SECTION;
    List<JaasEntry> section = file.section(own);
    if (section == null) {
      section = file.section(JaasFile.SERVER_SECTION);
    }
    if (section == null) {
      throw new JaasException(
          "The listener %s has SASL %s, but nothing says who may log in: neither %s is set, nor is there a section %s or %s, as %s"
              .formatted(
                  listenerName, mechanism, key, own, JaasFile.SERVER_SECTION, file.describe()));
    }
    return section;
  }
}
