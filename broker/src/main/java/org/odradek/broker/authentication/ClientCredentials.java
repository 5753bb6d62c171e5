package org.odradek.broker.authentication;

import java.util.List;

/** What this broker logs in to others with; the password is not printed. */
public record ClientCredentials(String username, String password) {

  /**
   * Those of the module that is for the mechanism, else of any.
   *
   * @param moduleClass Kafka's module for the mechanism
   * @param where for the message
   * @throws JaasException if no module has both
   */
  public static ClientCredentials of(List<JaasEntry> entries, String moduleClass, String where) {
    for (boolean own : new boolean[] {true, false}) {
      for (JaasEntry entry : entries) {
        String name = entry.option("username");
        String password = entry.option("password");
        if (name != null && password != null && entry.moduleClass().equals(moduleClass) == own) {
          return new ClientCredentials(name, password);
        }
      }
    }
    throw new JaasException(
        "This broker has nothing to log in to other brokers with: "
            + where
            + " has no username and password, only "
            + entries);
  }

  @Override
  public String toString() {
    return "user " + username;
  }
}
