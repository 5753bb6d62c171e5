package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.network.Endpoint;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.DescribeClusterRequest;
import org.odradek.protocol.message.DescribeClusterResponse;
import org.odradek.protocol.message.DescribeClusterResponse.DescribeClusterBroker;

/** The brokers and the controller (KIP-700). */
public final class DescribeClusterHandler
    implements ApiHandler<DescribeClusterRequest, DescribeClusterResponse> {
  private static final byte ENDPOINTS_OF_BROKERS = 1;
  private static final byte ENDPOINTS_OF_CONTROLLERS = 2;

  private final ClusterMetadata metadata;
  private final AdvertisedEndpoints endpoints;
  private final String clusterId;

  public DescribeClusterHandler(
      ClusterMetadata metadata, AdvertisedEndpoints endpoints, String clusterId) {
    this.metadata = metadata;
    this.endpoints = endpoints;
    this.clusterId = clusterId;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_CLUSTER;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  @Override
  public DescribeClusterRequest read(MessageReader in, short version) {
    return DescribeClusterRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeClusterRequest request,
      Responder<DescribeClusterResponse> out) {
    if (request.endpointType() == ENDPOINTS_OF_CONTROLLERS) {
      throw new ApiException(
          ErrorCode.MISMATCHED_ENDPOINT_TYPE,
          "Asked for the endpoints of controllers, but this is a broker");
    }
    if (request.endpointType() != ENDPOINTS_OF_BROKERS) {
      throw new ApiException(
          ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
          "There is no endpoint type " + request.endpointType());
    }
    MetadataSnapshot snapshot = metadata.current();
    List<DescribeClusterBroker> brokers = new ArrayList<>();
    for (BrokerNode broker : snapshot.brokers().values()) {
      Endpoint endpoint = endpoints.endpoint(broker, context);
      if (endpoint != null) {
        brokers.add(
            new DescribeClusterBroker()
                .brokerId(broker.id())
                .host(endpoint.host())
                .port(endpoint.port())
                .rack(broker.rack()));
      }
    }
    out.complete(
        new DescribeClusterResponse()
            .clusterId(clusterId)
            .controllerId(
                snapshot.isAlive(snapshot.controllerId())
                    ? snapshot.controllerId()
                    : MetadataSnapshot.NO_CONTROLLER)
            .brokers(brokers)
            .clusterAuthorizedOperations(
                AuthorizedOperations.ofCluster(
                    request.includeClusterAuthorizedOperations(), context.access())));
  }

  @Override
  public DescribeClusterResponse error(
      DescribeClusterRequest request, short version, Throwable cause) {
    return new DescribeClusterResponse()
        .errorCode(ApiException.codeOf(cause).code())
        .errorMessage(cause.getMessage());
  }
}
