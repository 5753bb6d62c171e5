package org.odradek.broker.authorization;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.config.AuthorizerKeys;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.controller.acl.AclChanges;
import org.odradek.controller.acl.AclStore;
import org.odradek.controller.zookeeper.ChangeNotifications;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts authorization together: rules read from ZooKeeper and followed there, what handlers ask, and
 * the requests about rules. Without {@code authorizer.class.name} those are answered with
 * SECURITY_DISABLED, and nothing else is there.
 */
public final class AclServices {
  private static final Logger log = LoggerFactory.getLogger(AclServices.class);

  private AclServices() {}

  /**
   * Completes when the rules are known and every request is judged by them.
   *
   * @param timer when to read rules again that could not be read
   * @param clockMs wall clock time
   * @param nanoTime as {@link System#nanoTime}
   */
  public static CompletableFuture<Void> start(
      BrokerConfig config,
      ZooKeeperSession session,
      HandlerRegistry handlers,
      ChangeNotifications.Timer timer,
      LongSupplier clockMs,
      LongSupplier nanoTime) {
    Set<Principal> superUsers =
        PrincipalNames.parseSuperUsers(
            AuthorizerKeys.SUPER_USERS.name(), config.value(AuthorizerKeys.SUPER_USERS));
    if (config.value(AuthorizerKeys.AUTHORIZER_CLASS_NAME).isEmpty()) {
      if (!superUsers.isEmpty()) {
        log.warn(
            "{} has no effect, as {} is not set: everybody may do everything",
            AuthorizerKeys.SUPER_USERS.name(),
            AuthorizerKeys.AUTHORIZER_CLASS_NAME.name());
      }
      handlers
          .register(new DescribeAclsHandler(null))
          .register(new CreateAclsHandler(null))
          .register(new DeleteAclsHandler(null));
      return CompletableFuture.completedFuture(null);
    }
    RuleIndex rules = new RuleIndex();
    AclStore store = new AclStore(session);
    AclAdmin admin = new AclAdmin(store, rules);
    Authorizer authorizer =
        new AclAuthorizer(
            superUsers, config.value(AuthorizerKeys.ALLOW_EVERYONE_IF_NO_ACL_FOUND), rules);
    AuthorizationLog authorizationLog = new AuthorizationLog(nanoTime);
    handlers
        .authorizeBy(context -> new RequestAccess(authorizer, authorizationLog, context))
        .register(new DescribeAclsHandler(admin))
        .register(new CreateAclsHandler(admin))
        .register(new DeleteAclsHandler(admin));
    return new AclChanges(session, store, clockMs, timer, rules).start();
  }
}
