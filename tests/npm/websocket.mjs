// The `graphql-ws` client and every close code of graphql-transport-ws against a running
// server with demo data. Usage: node websocket.mjs URL
import assert from "node:assert/strict";
import { createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL } from "graphql-ws";
import WebSocket from "ws";
import { check, finish } from "./tap.mjs";

const base = process.argv[2];
const url = `${base.replace(/^http/, "ws")}/graphql/ws`;
const BOARD = `subscription {
  leaderboardUpdated(scope: INDIVIDUAL, period: ALL_TIME, first: 3) { entries { nodes { rank points } } }
}`;

/** Signs in as a demo account and returns what a socket says in `connection_init`. */
async function signIn(email) {
  const response = await fetch(`${base}/auth/demo`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });
  assert.equal(response.status, 200, "demo sign-in");
  const { accessToken, organizationId } = await response.json();
  return { Authorization: `Bearer ${accessToken}`, "X-Organization-Id": organizationId };
}

/** A socket without the client's good manners. */
async function open(protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL) {
  const socket = new WebSocket(url, protocol);
  const messages = [];
  const waiting = [];
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    const next = waiting.shift();
    if (next) next(message);
    else messages.push(message);
  });
  const closed = new Promise((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    closed,
    raw: (data) => socket.send(data),
    send: (message) => socket.send(JSON.stringify(message)),
    next: () =>
      messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => waiting.push(resolve)),
    close: () => socket.close(1000),
  };
}

/** A socket that the server has acknowledged. */
async function openAcknowledged(payload) {
  const socket = await open();
  socket.send({ type: "connection_init", payload });
  assert.equal((await socket.next()).type, "connection_ack");
  return socket;
}

/** The next message that belongs to an operation; pings may come in between. */
async function nextFor(socket, id) {
  for (;;) {
    const message = await socket.next();
    if (message.id === id) return message;
  }
}

async function assertCloses(socket, code) {
  assert.equal((await socket.closed).code, code);
}

function clientFor(connectionParams, options = {}) {
  return createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams, ...options });
}

const admin = await signIn("admin@demo.test");

await check("the handshake agrees on graphql-transport-ws", async () => {
  const socket = await open();
  socket.close();
  await assertCloses(socket, 1000);
});

await check("the client runs a query", async () => {
  const client = clientFor(admin);
  const answers = [];
  for await (const answer of client.iterate({ query: "{ viewer { user { name } } }" })) answers.push(answer);
  assert.equal(answers.length, 1);
  assert.equal(answers[0].errors, undefined);
  assert.ok(answers[0].data.viewer.user.name);
  await client.dispose();
});

await check("the client passes variables and the operation's name", async () => {
  const client = clientFor(admin);
  const answers = [];
  const operation = {
    query: "query A { __typename } query B($n: Int!) { organization { members(first: $n) { nodes { id } } } }",
    operationName: "B",
    variables: { n: 2 },
  };
  for await (const answer of client.iterate(operation)) answers.push(answer);
  assert.equal(answers[0].data.organization.members.nodes.length, 2);
  await client.dispose();
});

await check("the first message of a live leaderboard is its current state", async () => {
  const client = clientFor(admin);
  const live = client.iterate({ query: BOARD });
  const first = await live.next();
  assert.equal(first.value.errors, undefined);
  assert.equal(first.value.data.leaderboardUpdated.entries.nodes.length, 3);
  await live.return();
  await client.dispose();
});

await check("many operations share one socket", async () => {
  let connections = 0;
  const client = clientFor(admin, { on: { connected: () => (connections += 1) } });
  const live = [1, 2, 3].map(() => client.iterate({ query: BOARD }));
  const firsts = await Promise.all(live.map((each) => each.next()));
  for (const first of firsts) assert.ok(first.value.data.leaderboardUpdated);
  await Promise.all(live.map((each) => each.return()));
  assert.equal(connections, 1);
  await client.dispose();
});

await check("an invalid document is an error of its operation, and the socket stays open", async () => {
  const socket = await openAcknowledged(admin);
  socket.send({ id: "bad", type: "subscribe", payload: { query: "{ thereIsNoSuchField }" } });
  const refused = await nextFor(socket, "bad");
  assert.equal(refused.type, "error");
  assert.ok(Array.isArray(refused.payload) && refused.payload[0].message);
  socket.send({ id: "good", type: "subscribe", payload: { query: "{ __typename }" } });
  assert.equal((await nextFor(socket, "good")).type, "next");
  assert.equal((await nextFor(socket, "good")).type, "complete");
  socket.close();
});

await check("an anonymous subscription is refused with UNAUTHENTICATED", async () => {
  const client = clientFor(undefined);
  let code;
  try {
    const first = await client.iterate({ query: BOARD }).next();
    code = first.value?.errors?.[0]?.extensions?.code;
  } catch (errors) {
    code = errors?.[0]?.extensions?.code;
  }
  assert.equal(code, "UNAUTHENTICATED");
  await client.dispose();
});

await check("completing an operation frees its id", async () => {
  const socket = await openAcknowledged(admin);
  for (let round = 0; round < 2; round += 1) {
    socket.send({ id: "again", type: "subscribe", payload: { query: BOARD } });
    assert.equal((await nextFor(socket, "again")).type, "next");
    socket.send({ id: "again", type: "complete" });
  }
  socket.send({ id: "after", type: "subscribe", payload: { query: "{ __typename }" } });
  assert.equal((await nextFor(socket, "after")).type, "next");
  socket.close();
  await assertCloses(socket, 1000);
});

await check("a ping is answered by a pong, before and after the acknowledgement", async () => {
  const socket = await open();
  socket.send({ type: "ping" });
  assert.equal((await socket.next()).type, "pong");
  socket.send({ type: "connection_init", payload: admin });
  assert.equal((await socket.next()).type, "connection_ack");
  socket.send({ type: "ping", payload: { n: 1 } });
  assert.equal((await socket.next()).type, "pong");
  socket.send({ type: "pong" });
  socket.close();
  await assertCloses(socket, 1000);
});

await check("the client reconnects after the socket was cut", async () => {
  let connections = 0;
  const client = clientFor(admin, {
    retryAttempts: 3,
    retryWait: async () => {},
    shouldRetry: () => true,
    on: { connected: () => (connections += 1) },
  });
  const live = client.iterate({ query: BOARD });
  await live.next();
  client.terminate();
  const again = await live.next();
  assert.ok(again.value.data.leaderboardUpdated);
  assert.equal(connections, 2);
  await live.return();
  await client.dispose();
});

await check("signing out ends a running subscription", async () => {
  const session = await signIn("viewer@demo.test");
  const client = clientFor(session);
  const live = client.iterate({ query: "subscription { pointsCredited { id } }" });
  // Ends with an error of the operation or by the socket being closed, never with data.
  const ended = live.next().then(
    (result) => (result.done ? "completed" : (result.value.errors && "error") || "data"),
    () => "error",
  );
  // The subscription is known to run once a query sent after it has been answered.
  for await (const answer of client.iterate({ query: "{ __typename }" })) assert.ok(answer.data);
  const response = await fetch(`${base}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...session },
    body: JSON.stringify({ query: "mutation { signOut(input: {}) { signedOutSessions } }" }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  assert.equal(data.signOut.signedOutSessions, 1);
  assert.equal(await ended, "error");
  await client.dispose();
});

const malformed = {
  "text that is not JSON": "{",
  "JSON that is not an object": "[]",
  "a message without a type": "{}",
  "a message of unknown type": '{"type":"start"}',
  "a subscribe without id": '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
  "a subscribe with an empty id": '{"id":"","type":"subscribe","payload":{"query":"{ __typename }"}}',
  "a subscribe without query": '{"id":"1","type":"subscribe","payload":{}}',
  "a subscribe with variables that are no object":
    '{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":[]}}',
  "a complete without id": '{"type":"complete"}',
};
for (const [what, message] of Object.entries(malformed)) {
  await check(`4400 on ${what}`, async () => {
    const socket = await openAcknowledged(admin);
    socket.raw(message);
    await assertCloses(socket, 4400);
  });
}

await check("4400 on a malformed message before the acknowledgement", async () => {
  const socket = await open();
  socket.raw("nonsense");
  await assertCloses(socket, 4400);
});

await check("4401 on a subscribe before the acknowledgement", async () => {
  const socket = await open();
  socket.send({ id: "early", type: "subscribe", payload: { query: "{ __typename }" } });
  await assertCloses(socket, 4401);
});

for (const [what, authorization] of Object.entries({
  "a token that is none": "Bearer nonsense",
  "an API key that does not exist": `Bearer dm_${"0".repeat(64)}`,
})) {
  await check(`4403 on ${what}`, async () => {
    const socket = await open();
    socket.send({ type: "connection_init", payload: { Authorization: authorization } });
    await assertCloses(socket, 4403);
  });
}

await check("4403 reaches the client as a fatal close", async () => {
  const client = clientFor({ Authorization: "Bearer nonsense" });
  const failure = await client
    .iterate({ query: "{ __typename }" })
    .next()
    .then(
      () => undefined,
      (error) => error,
    );
  assert.equal(failure?.code, 4403);
});

await check(
  "4408 when connection_init does not come",
  async () => {
    const socket = await open();
    await assertCloses(socket, 4408);
  },
  60_000,
);

await check("4409 on an id that is in use", async () => {
  const socket = await openAcknowledged(admin);
  socket.send({ id: "twice", type: "subscribe", payload: { query: BOARD } });
  assert.equal((await nextFor(socket, "twice")).type, "next");
  socket.send({ id: "twice", type: "subscribe", payload: { query: BOARD } });
  await assertCloses(socket, 4409);
});

await check("4429 on a second connection_init", async () => {
  const socket = await openAcknowledged(admin);
  socket.send({ type: "connection_init", payload: admin });
  await assertCloses(socket, 4429);
});

finish();
