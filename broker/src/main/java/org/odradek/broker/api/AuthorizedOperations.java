package org.odradek.broker.api;

/**
 * The operations a client may do on a resource, as a bit for each ({@code 1 << operation},
 * KIP-430). Without an authorizer everything that there is for the kind of resource is allowed.
 */
public final class AuthorizedOperations {
  private static final int READ = 1 << 3;
  private static final int WRITE = 1 << 4;
  private static final int CREATE = 1 << 5;
  private static final int DELETE = 1 << 6;
  private static final int ALTER = 1 << 7;
  private static final int DESCRIBE = 1 << 8;
  private static final int CLUSTER_ACTION = 1 << 9;
  private static final int DESCRIBE_CONFIGS = 1 << 10;
  private static final int ALTER_CONFIGS = 1 << 11;
  private static final int IDEMPOTENT_WRITE = 1 << 12;

  /** What is answered when the client did not ask. */
  public static final int NOT_ASKED = Integer.MIN_VALUE;

  public static final int ALL_OF_TOPIC =
      READ | WRITE | CREATE | DELETE | ALTER | DESCRIBE | DESCRIBE_CONFIGS | ALTER_CONFIGS;

  public static final int ALL_OF_GROUP = READ | DESCRIBE | DELETE;

  public static final int ALL_OF_CLUSTER =
      CREATE
          | CLUSTER_ACTION
          | DESCRIBE_CONFIGS
          | ALTER_CONFIGS
          | IDEMPOTENT_WRITE
          | ALTER
          | DESCRIBE;

  private AuthorizedOperations() {}
}
