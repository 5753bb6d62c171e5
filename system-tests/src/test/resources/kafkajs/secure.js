// Produces and consumes with kafkajs by SCRAM, by mutual TLS and by SCRAM over TLS, and then tries a wrong password.
// The addresses are in the environment: SASL, MUTUAL_TLS, SASL_TLS. Run where ca.pem, client.pem and client.key.pem are.
const fs = require('fs');
const { Kafka, logLevel } = require('kafkajs');

const topic = 'secure-kafkajs';
const ca = [fs.readFileSync('ca.pem', 'utf8')];
const scram = (mechanism, password) => ({ mechanism, username: 'kit', password });
const ways = {
  'SCRAM': { brokers: process.env.SASL.split(','), sasl: scram('scram-sha-256', 'kit-secret') },
  'mutual TLS': {
    brokers: process.env.MUTUAL_TLS.split(','),
    ssl: { ca, cert: fs.readFileSync('client.pem', 'utf8'), key: fs.readFileSync('client.key.pem', 'utf8') },
  },
  'SCRAM over TLS': {
    brokers: process.env.SASL_TLS.split(','), ssl: { ca }, sasl: scram('scram-sha-512', 'kit-secret'),
  },
};
const timeouts = { connectionTimeout: 30000, authenticationTimeout: 30000, requestTimeout: 60000 };
const client = (way) => new Kafka({ clientId: 'kafkajs', logLevel: logLevel.NOTHING, ...timeouts, ...way });

async function produce(name, way) {
  const producer = client(way).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ key: name, value: 'by ' + name }] });
  await producer.disconnect();
}

async function consume(name, way) {
  const consumer = client(way).consumer({ groupId: 'secure-kafkajs ' + name });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values = [];
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, (event) => reject(event.payload.error));
    consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value.toString());
        if (values.length === Object.keys(ways).length) resolve();
      },
    }).catch(reject);
  });
  await consumer.disconnect();
  console.log(name + ' reads: ' + values.sort().join(', '));
}

async function main() {
  const admin = client(ways['SCRAM']).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 3 }], timeout: 60000 });
  await admin.disconnect();
  for (const [name, way] of Object.entries(ways)) await produce(name, way);
  for (const [name, way] of Object.entries(ways)) await consume(name, way);
  const wrong = client({ ...ways['SCRAM'], sasl: scram('scram-sha-256', 'wrong') }).admin();
  await wrong.connect().then(
    () => console.log('a wrong password comes in'),
    (error) => console.log(error.name + ': ' + error.message));
  await wrong.disconnect();
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
