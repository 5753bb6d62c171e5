package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Brokers with network interfaces of their own, that can be cut off from each other: Linux network
 * namespaces on one bridge. The test and its ZooKeeper server are at {@link #hostAddress}. Needs
 * root, and the program {@code ip} of iproute2.
 *
 * <p>What is cut loses packets without a word, in both directions, as a broken switch does.
 */
public final class NetworkOfBrokers implements AutoCloseable {
  private static final int BROKERS_MAX = 8;
  // Nobody has this one: a frame sent to it arrives nowhere.
  private static final String NOBODY = "02:00:00:00:00:ff";

  private final String name;
  private final String subnet;
  private final List<Integer> brokers = new ArrayList<>();

  private NetworkOfBrokers(long number) {
    // An interface name has 15 characters at most.
    name = "od" + number % 1_000_000;
    subnet = "10.213." + number % 250 + ".";
  }

  /** Why there can be no such network here; empty when there can. */
  public static String obstacle() {
    if (!Files.isExecutable(Path.of("/usr/sbin/ip")) && !Files.isExecutable(Path.of("/sbin/ip"))) {
      return "no program ip (Debian package iproute2)";
    }
    var probe = new NetworkOfBrokers(ProcessHandle.current().pid());
    try {
      probe.ip("netns add " + probe.name + "p");
      probe.ip("link add " + probe.name + "p type bridge");
      return "";
    } catch (AssertionError e) {
      return "network namespaces and bridges are not permitted here: " + e.getMessage();
    } finally {
      probe.quietly("link del " + probe.name + "p");
      probe.quietly("netns del " + probe.name + "p");
    }
  }

  /** A network with the places of brokers 0 to {@code count - 1}. */
  public static NetworkOfBrokers of(int count) {
    if (count > BROKERS_MAX) {
      throw new IllegalArgumentException(count + " brokers, at most " + BROKERS_MAX);
    }
    var network = new NetworkOfBrokers(ProcessHandle.current().pid());
    try {
      network.ip("link add " + network.name + " type bridge");
      network.ip("addr add " + network.hostAddress() + "/24 dev " + network.name);
      network.ip("link set " + network.name + " up");
      for (int broker = 0; broker < count; broker++) {
        network.addPlace(broker);
      }
      return network;
    } catch (AssertionError e) {
      network.close();
      throw e;
    }
  }

  private void addPlace(int broker) {
    brokers.add(broker);
    ip("netns add " + namespace(broker));
    ip("link add " + port(broker) + " type veth peer name eth0 netns " + namespace(broker));
    ip("link set " + port(broker) + " master " + name + " up");
    inside(broker, "link set lo up");
    inside(broker, "addr add " + address(broker) + "/24 dev eth0");
    inside(broker, "link set eth0 up");
  }

  /** Where the test and ZooKeeper are. */
  public String hostAddress() {
    return subnet + "1";
  }

  public String address(int broker) {
    return subnet + (10 + broker);
  }

  /** What runs a command in the place of a broker. */
  public List<String> wrapper(int broker) {
    return List.of("ip", "netns", "exec", namespace(broker));
  }

  /** Takes a broker off the network altogether. */
  public void isolate(int broker) {
    ip("link set " + port(broker) + " down");
  }

  public void rejoin(int broker) {
    ip("link set " + port(broker) + " up");
  }

  /** Cuts two brokers off from each other; both still reach everybody else. */
  public void cut(int one, int other) {
    inside(
        one, "neigh replace " + address(other) + " lladdr " + NOBODY + " dev eth0 nud permanent");
    inside(
        other, "neigh replace " + address(one) + " lladdr " + NOBODY + " dev eth0 nud permanent");
  }

  public void heal(int one, int other) {
    inside(one, "neigh del " + address(other) + " dev eth0");
    inside(other, "neigh del " + address(one) + " dev eth0");
  }

  private String namespace(int broker) {
    return name + "n" + broker;
  }

  private String port(int broker) {
    return name + "v" + broker;
  }

  private void inside(int broker, String command) {
    ip("-n " + namespace(broker) + " " + command);
  }

  private void ip(String arguments) {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("ip " + arguments + ": " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("ip " + arguments, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void quietly(String arguments) {
    try {
      ip(arguments);
    } catch (AssertionError gone) {
      // was not there
    }
  }

  @Override
  public void close() {
    for (int broker : brokers) {
      quietly("link del " + port(broker));
      quietly("netns del " + namespace(broker));
    }
    quietly("link del " + name);
  }
}
