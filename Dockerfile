# One image for both kinds of process: the command says which (`server` or `worker`).
# The source runs as it is (type stripping); only the page is built.
ARG NODE_IMAGE=node:26.10.0-trixie-slim

FROM ${NODE_IMAGE} AS deps
WORKDIR /app
COPY package.json package-lock.json ./
# Two optional build secrets, for a company's own registry or proxy; neither ends up in a layer:
#   npmrc  the registry's address and token        ca  certificates to trust, in PEM
# No install scripts: every dependency ships its binaries or does without. The compiler would come with
# them (valibot, below Bull Board, names it as an optional peer): nothing here compiles.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY bin/bundle ./bin/bundle
COPY bin/page ./bin/page
COPY src/api ./src/api
COPY src/page ./src/page
# Builds the page, joins what every start loads, then leaves only what runs.
RUN node bin/page/build.mjs && \
    node bin/bundle/make.mjs && \
    mv node_modules/.cache /tmp/cache && \
    npm prune --omit=dev --ignore-scripts --no-audit --no-fund && \
    mv /tmp/cache node_modules/.cache && \
    rm -rf node_modules/typescript node_modules/@typescript

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
RUN install -d -o 1000 -g 1000 .compile-cache
COPY --from=deps /app/node_modules ./node_modules
COPY --from=deps /app/dist ./dist
COPY package.json ./
COPY bin/bundle/preload.mjs bin/bundle/manifest.mjs ./bin/bundle/
COPY examples ./examples
COPY experiments ./experiments
COPY src ./src
# By number: of a name, an orchestrator that refuses root could not tell.
USER 1000:1000
# Compiled once, here, and not at each start: a new instance serves that much earlier. What runs on threads
# fails here, where there is none, but is compiled by then.
RUN node --import ./bin/bundle/preload.mjs --input-type=module -e "await import('/app/src/server/main.ts'); await import('/app/src/worker/main.ts'); for (const thread of ['executors/thread-main.ts', 'fleet/watcher.ts', 'fleet/feed-server.ts', 'fleet/read-fleet.ts']) await import('/app/src/' + thread).catch(() => {}); process.exit()"
EXPOSE 3000 3001
# `node` itself, not npm, which would not pass signals on.
ENTRYPOINT ["node", "--import", "/app/bin/bundle/preload.mjs", "src/cli.ts"]
CMD ["server"]
