package org.odradek.broker.quota;

/** Hears of clients that are measured, and that are not any more; on any thread. */
public interface QuotaListener {

  /** What is measured of one client, or of those that share a limit. */
  interface Reading {
    /** A second; percent for a percentage. */
    double rate();

    /** How long requests were held back, on average; NaN if none was lately. */
    double throttleTimeMs();

    /** How many partitions may still be made or deleted at once; NaN for other kinds. */
    double tokens();
  }

  /**
   * @param user sanitized; empty where users do not matter
   * @param clientId empty where client ids do not matter
   */
  void added(QuotaKind kind, String user, String clientId, Reading reading);

  void removed(QuotaKind kind, String user, String clientId);
}
