import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Makes the topic {@code perf} and access control lists: one that lets everybody who does not log
 * in write to it, the others about other topics, of other users.
 *
 * <pre>MakeRules BOOTSTRAP PARTITIONS COUNT LITERAL|PREFIXED</pre>
 */
final class MakeRules {
  private static final int AT_ONCE = 500;

  private MakeRules() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[2]);
    PatternType type = PatternType.valueOf(args[3]);
    // Kafka writes them one after the other, which can take minutes.
    String limitMs = "900000";
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                args[0],
                "request.timeout.ms",
                limitMs,
                "default.api.timeout.ms",
                limitMs))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("perf", Optional.of(Integer.valueOf(args[1])), Optional.empty())))
          .all()
          .get();
      List<AclBinding> rules = new ArrayList<>();
      for (int i = 0; i < count - 1; i++) {
        rules.add(rule(type, "team-" + i + "-", "User:user-" + i));
        if (rules.size() == AT_ONCE) {
          admin.createAcls(rules).all().get();
          rules.clear();
        }
      }
      rules.add(rule(type, type == PatternType.PREFIXED ? "per" : "perf", "User:ANONYMOUS"));
      admin.createAcls(rules).all().get();
    }
  }

  private static AclBinding rule(PatternType type, String name, String principal) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, name, type),
        new AccessControlEntry(principal, "*", AclOperation.WRITE, AclPermissionType.ALLOW));
  }
}
