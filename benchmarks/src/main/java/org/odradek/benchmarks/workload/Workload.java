package org.odradek.benchmarks.workload;

import org.odradek.benchmarks.systems.Deployment;

/**
 * One workload.
 *
 * @param name as {@code --workloads} takes it
 * @param what what is done, in words
 * @param deployment how the system is set up
 */
public record Workload(String name, String what, Deployment deployment, Procedure procedure) {}
