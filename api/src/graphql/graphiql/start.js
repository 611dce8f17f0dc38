"use strict";

// Signed in on this site, requests go with the session's cookies: what changes something needs the CSRF token as well.
// Without a session, put {"Authorization": "Bearer …"} into the "Headers" tab; websockets take it from there too.

const EXAMPLE = `# Ctrl-Enter runs the request under the cursor; the book on the left is the API's reference.

query Start {
  serverInfo {
    version
  }
  viewer {
    user {
      name
    }
  }
  organization {
    name
    leaderboard(scope: INDIVIDUAL, period: WEEK, first: 5) {
      entries {
        nodes {
          rank
          points
          user {
            name
          }
        }
      }
    }
  }
}

subscription Watch {
  leaderboardUpdated(scope: INDIVIDUAL, period: WEEK, first: 5) {
    updatedAt
    entries {
      nodes {
        rank
        points
        user {
          name
        }
      }
    }
  }
}
`;

function csrfToken() {
  const pair = document.cookie
    .split(";")
    .map((text) => text.trim())
    .find((text) => text.startsWith("dm_csrf="));
  return pair ? pair.slice("dm_csrf=".length) : "";
}

function fetchWithSession(url, options) {
  const headers = new Headers(options.headers);
  const token = csrfToken();
  if (token) {
    headers.set("X-CSRF-Token", token);
  }
  headers.set("Accept", "application/graphql-response+json, application/json;q=0.9");
  return fetch(url, { ...options, headers, credentials: "same-origin" });
}

function start() {
  const root = document.getElementById("graphiql");
  if (!window.React || !window.ReactDOM || !window.GraphiQL) {
    root.firstChild.textContent =
      "GraphiQL's files are not part of this server's client. The schema is at /schema.graphql.";
    return;
  }
  const socket = new URL("/graphql/ws", window.location.href);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  const fetcher = window.GraphiQL.createFetcher({
    url: "/graphql",
    subscriptionUrl: socket.href,
    fetch: fetchWithSession,
  });
  const page = window.React.createElement(window.GraphiQL, {
    fetcher,
    defaultQuery: EXAMPLE,
    shouldPersistHeaders: false,
  });
  window.ReactDOM.createRoot(root).render(page);
}

start();
