package org.odradek.broker.authorization;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.controller.acl.AclState;
import org.odradek.controller.acl.AclVersion;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/**
 * By hand: checks a second, and bytes allocated for each, with few and with many rules. Figures are
 * in docs/performance.md.
 */
public final class AuthorizerBenchmark {
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();
  private static final Principal ALICE = new Principal("User", "alice");
  private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int WARM_UP_ROUNDS = 2;

  private AuthorizerBenchmark() {}

  private interface Check {
    boolean once();
  }

  /** Prints a table. */
  public static void main(String[] args) {
    for (PatternType type : new PatternType[] {PatternType.LITERAL, PatternType.PREFIXED}) {
      for (int count : new int[] {0, 100, 10_000}) {
        AclAuthorizer authorizer = authorizer(type, count, "*");
        measure(type + " " + count + ", allowed", () -> allows(authorizer, "team-7-orders"));
        measure(type + " " + count + ", none matches", () -> allows(authorizer, "zebra"));
        AclAuthorizer byHost = authorizer(type, count, "127.0.0.1");
        measure(type + " " + count + ", by address", () -> allows(byHost, "team-7-orders"));
        measure(type + " " + count + ", on any topic", () -> allowsOnAny(authorizer, ALICE));
        Principal nobody = new Principal("User", "nobody");
        measure(type + " " + count + ", nobody on any", () -> allowsOnAny(authorizer, nobody));
      }
    }
  }

  private static boolean allows(AclAuthorizer authorizer, String topic) {
    return authorizer.allows(ALICE, HOST, AclOperation.WRITE, ResourceType.TOPIC, topic);
  }

  private static boolean allowsOnAny(AclAuthorizer authorizer, Principal principal) {
    return authorizer.allowsOnAny(principal, HOST, AclOperation.WRITE, ResourceType.TOPIC);
  }

  /** One rule for alice, {@code count} about other topics, of others. */
  private static AclAuthorizer authorizer(PatternType type, int count, String host) {
    Map<ResourcePattern, AclState> rules = new LinkedHashMap<>();
    for (int i = 100; i < 100 + count; i++) {
      rules.put(
          pattern(type, i), new AclState(Set.of(rule("user-" + i, host)), new AclVersion(0, 1)));
    }
    if (count > 0) {
      rules.put(pattern(type, 7), new AclState(Set.of(rule("alice", host)), new AclVersion(0, 1)));
    }
    RuleIndex index = new RuleIndex();
    index.loaded(type, rules, new AclVersion(0, 1));
    return new AclAuthorizer(Set.of(), false, index);
  }

  private static ResourcePattern pattern(PatternType type, int i) {
    String prefix = "team-" + i + "-";
    return new ResourcePattern(
        ResourceType.TOPIC, type == PatternType.PREFIXED ? prefix : prefix + "orders", type);
  }

  private static AccessControlEntry rule(String user, String host) {
    return new AccessControlEntry("User:" + user, host, AclOperation.WRITE, AclPermission.ALLOW);
  }

  private static void measure(String what, Check check) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double perSecond = 0;
    double bytes = 0;
    for (int round = 0; round <= WARM_UP_ROUNDS; round++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long startNanos = threads.getCurrentThreadCpuTime();
      long checks = 0;
      long yes = 0;
      long nanos = 0;
      while (nanos < ROUND_NANOS) {
        for (int i = 0; i < 64; i++) {
          yes += check.once() ? 1 : 0;
        }
        checks += 64;
        nanos =
            (checks & 0xfff) == 0 || checks < 0x1000
                ? threads.getCurrentThreadCpuTime() - startNanos
                : nanos;
      }
      if (yes != 0 && yes != checks) {
        throw new AssertionError(yes + " of " + checks);
      }
      perSecond = checks * 1e9 / nanos;
      bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) checks;
    }
    System.out.printf(Locale.ROOT, "%-36s %,15.0f checks/s %8.0f bytes%n", what, perSecond, bytes);
  }
}
