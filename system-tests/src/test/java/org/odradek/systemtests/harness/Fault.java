package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.Random;

/** What can happen to a cluster of three brokers under load, and its end. */
public enum Fault {
  /** {@code kill -9} of a broker that leads; started again once the others have taken over. */
  LEADER_KILLED {
    @Override
    public void strike(Situation at) {
      at.cluster().broker(at.victim()).kill();
      at.awaitTakeOver("with broker " + at.victim() + " dead");
      at.cluster().broker(at.victim()).start();
    }
  },
  /** {@code kill -9} of the controller. */
  CONTROLLER_KILLED {
    @Override
    public void strike(Situation at) {
      int controller = at.cluster().controller();
      at.cluster().broker(controller).kill();
      at.awaitTakeOver("with the controller dead");
      at.cluster().broker(controller).start();
    }
  },
  /** {@code kill -9} of ZooKeeper: the brokers serve on, and find it again with the same data. */
  ZOOKEEPER_KILLED {
    @Override
    public void strike(Situation at) {
      at.cluster().zooKeeper().kill();
      at.load().awaitProgress(at.partitions(), TAKE_OVER, "without ZooKeeper");
      at.cluster().zooKeeper().start();
      at.load().awaitProgress(at.partitions(), TAKE_OVER, "with ZooKeeper again");
    }
  },
  /** SIGSTOP until the session has run out and others lead, then SIGCONT: it thinks it leads. */
  BROKER_PAUSED {
    @Override
    public void strike(Situation at) {
      Broker broker = at.cluster().broker(at.victim());
      broker.pause();
      at.cluster().inZooKeeper(znodes -> znodes.await("/brokers/ids/" + broker.id(), false));
      at.awaitTakeOver("with broker " + broker.id() + " paused");
      broker.resume();
      at.cluster().inZooKeeper(znodes -> znodes.await("/brokers/ids/" + broker.id(), true));
    }
  },
  /** The same with the controller. */
  CONTROLLER_PAUSED {
    @Override
    public void strike(Situation at) {
      Broker broker = at.cluster().broker(at.cluster().controller());
      broker.pause();
      at.cluster().inZooKeeper(znodes -> znodes.await("/brokers/ids/" + broker.id(), false));
      at.awaitTakeOver("with the controller paused");
      broker.resume();
      at.cluster().inZooKeeper(znodes -> znodes.await("/brokers/ids/" + broker.id(), true));
    }
  },
  /** Every broker in turn: SIGTERM, its end, a start. */
  ROLLING_RESTART {
    @Override
    public void strike(Situation at) {
      for (Broker broker : at.cluster().brokers()) {
        broker.stop();
        broker.start();
        at.cluster().awaitInSync(at.topic(), at.partitions(), at.cluster().brokers().size());
      }
    }
  },
  /** Two brokers kill -9 at once, one of them the controller: less than min.insync.replicas. */
  TWO_KILLED {
    @Override
    public void strike(Situation at) {
      int controller = at.cluster().controller();
      int other = (controller + 1 + at.random().nextInt(2)) % 3;
      at.cluster().broker(controller).kill();
      at.cluster().broker(other).kill();
      at.cluster().broker(controller).launch();
      at.cluster().broker(other).launch();
      at.cluster().broker(controller).awaitReady();
      at.cluster().broker(other).awaitReady();
    }
  };

  static final Duration TAKE_OVER = Duration.ofSeconds(120);

  /**
   * Where a fault strikes.
   *
   * @param victim a broker that leads partitions of the topic
   */
  public record Situation(
      Cluster cluster, KeyedLoad load, String topic, int partitions, int victim, Random random) {

    /**
     * Waits until the others have taken over, but for what they may not lead: on a busy machine a
     * broker may be the only one that is in sync when it is struck.
     */
    private void awaitTakeOver(String when) {
      cluster.inZooKeeper(znodes ->
          load.awaitProgress(
              partitions, TAKE_OVER, when, p -> cluster.isLeaderless(znodes, topic, p)));
    }
  }

  /** Returns when all processes run again; replicas may still have to catch up. */
  public abstract void strike(Situation at);
}
