package org.odradek.broker.authentication.gssapi;

import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is behind an exception of the JDK's GSS classes. Kerberos' own error codes (RFC 4120,
 * section 7.5.9) stand at the end of messages only: the class that has them is not for others to
 * use.
 */
final class KerberosFailure {
  private static final Pattern CODE = Pattern.compile("\\((\\d{1,3})\\)");
  private static final int DEPTH_MAX = 8;

  private static final int CLIENT_NOT_YET_VALID = 21;
  private static final int TICKET_NOT_YET_VALID = 33;
  private static final int REPLAY = 34;

  private KerberosFailure() {}

  /** All that is said about it, from the outermost on; no secrets are. */
  static String reasons(Throwable failure) {
    StringJoiner reasons = new StringJoiner(": ");
    String last = "";
    int depth = 0;
    for (Throwable each = failure; each != null && depth < DEPTH_MAX; each = each.getCause()) {
      String message = each.getMessage() == null ? each.getClass().getName() : each.getMessage();
      if (!last.contains(message)) {
        reasons.add(message);
        last = message;
      }
      depth++;
    }
    return reasons.toString();
  }

  /** Whether a further try may succeed, as with Kafka: clocks differ, or chance has doubled. */
  static boolean isRetriable(Throwable failure) {
    int depth = 0;
    for (Throwable each = failure; each != null && depth < DEPTH_MAX; each = each.getCause()) {
      String message = each.getMessage();
      if (message != null && each.getClass().getSimpleName().startsWith("Krb")) {
        Matcher code = CODE.matcher(message);
        if (code.find()) {
          int number = Integer.parseInt(code.group(1));
          return number == CLIENT_NOT_YET_VALID
              || number == TICKET_NOT_YET_VALID
              || number == REPLAY;
        }
      }
      depth++;
    }
    return false;
  }
}
