package org.odradek.broker.network;

import org.odradek.protocol.Message;

/** A response on its way through the pipeline, next to be turned into bytes. */
record EncodableResponse(ReceivedRequest request, Message response) {}
