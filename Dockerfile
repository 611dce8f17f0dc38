# The server with the client inside. `docker compose up --build` starts it with PostgreSQL
# and Redis; alone it also runs, with a PostgreSQL of its own under /var/lib/devmetrics.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# Brings the WebAssembly target and the build tools, then builds client and server.
RUN --mount=type=cache,target=/root/.cache/devmetrics \
    --mount=type=cache,target=/usr/local/cargo/registry \
    CARGO_TARGET_DIR=/root/.cache/devmetrics/target cargo xtask build \
    && install -D /root/.cache/devmetrics/target/release/devmetrics /out/devmetrics \
    && cp -r web/dist /out/web

FROM debian:bookworm-slim
RUN apt-get update \
    && mkdir -p /etc/postgresql-common \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        -oDpkg::Options::=--force-confold ca-certificates postgresql \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/devmetrics --create-home devmetrics
# The server looks for the client in the folder `web` beside its own program.
COPY --from=build /out/ /opt/devmetrics/
USER devmetrics
ENV BIND=0.0.0.0:8080 \
    DATA_DIR=/var/lib/devmetrics \
    LOG_FORMAT=json
VOLUME /var/lib/devmetrics
EXPOSE 8080
# PostgreSQL and open requests are given their time.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/devmetrics/devmetrics"]
CMD ["serve"]
