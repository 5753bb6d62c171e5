package org.odradek.broker.authentication.gssapi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.common.EncryptionUtil;
import org.apache.kerby.kerberos.kerb.crypto.EncryptionHandler;
import org.apache.kerby.kerberos.kerb.type.KerberosTime;
import org.apache.kerby.kerberos.kerb.type.ap.ApOptions;
import org.apache.kerby.kerberos.kerb.type.ap.ApReq;
import org.apache.kerby.kerberos.kerb.type.ap.Authenticator;
import org.apache.kerby.kerberos.kerb.type.base.EncryptionKey;
import org.apache.kerby.kerberos.kerb.type.base.KeyUsage;
import org.apache.kerby.kerberos.kerb.type.base.NameType;
import org.apache.kerby.kerberos.kerb.type.base.PrincipalName;
import org.apache.kerby.kerberos.kerb.type.base.TransitedEncoding;
import org.apache.kerby.kerberos.kerb.type.base.TransitedEncodingType;
import org.apache.kerby.kerberos.kerb.type.ticket.EncTicketPart;
import org.apache.kerby.kerberos.kerb.type.ticket.Ticket;
import org.apache.kerby.kerberos.kerb.type.ticket.TicketFlags;

/** First tokens of GSSAPI with tickets of any time, made with the service's own key. */
final class ForgedTicket {
  /** 1.2.840.113554.1.2.2, then that what follows is an AP-REQ. */
  private static final byte[] KERBEROS = {
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x12,
    0x01,
    0x02,
    0x02,
    0x01,
    0x00
  };

  private ForgedTicket() {}

  static byte[] token(
      String client, String service, EncryptionKey serviceKey, Instant start, Instant end)
      throws KrbException, IOException {
    EncryptionKey session = EncryptionHandler.random2Key(serviceKey.getKeyType());
    PrincipalName name = new PrincipalName(client, NameType.NT_PRINCIPAL);
    KerberosTime startTime = new KerberosTime(start.toEpochMilli());

    EncTicketPart secret = new EncTicketPart();
    secret.setFlags(new TicketFlags());
    secret.setKey(session);
    secret.setCrealm(TestKdc.REALM);
    secret.setCname(name);
    secret.setTransited(noOtherRealms());
    secret.setAuthTime(startTime);
    secret.setStartTime(startTime);
    secret.setEndTime(new KerberosTime(end.toEpochMilli()));

    Ticket ticket = new Ticket();
    ticket.setRealm(TestKdc.REALM);
    ticket.setSname(new PrincipalName(service, NameType.NT_SRV_HST));
    ticket.setEncryptedEncPart(EncryptionUtil.seal(secret, serviceKey, KeyUsage.KDC_REP_TICKET));

    Authenticator authenticator = new Authenticator();
    authenticator.setAuthenticatorVno(5);
    authenticator.setCrealm(TestKdc.REALM);
    authenticator.setCname(name);
    authenticator.setCtime(KerberosTime.now());
    authenticator.setCusec(0);

    ApReq request = new ApReq();
    request.setApOptions(new ApOptions());
    request.setTicket(ticket);
    request.setEncryptedAuthenticator(
        EncryptionUtil.seal(authenticator, session, KeyUsage.AP_REQ_AUTH));
    return framed(request.encode());
  }

  private static TransitedEncoding noOtherRealms() {
    TransitedEncoding none = new TransitedEncoding();
    none.setTrType(TransitedEncodingType.DOMAIN_X500_COMPRESS);
    none.setContents(new byte[0]);
    return none;
  }

  private static byte[] framed(byte[] request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = KERBEROS.length + request.length;
    out.write(0x60);
    out.write(0x82);
    out.write(length >>> 8);
    out.write(length);
    out.write(KERBEROS);
    out.write(request);
    return out.toByteArray();
  }
}
