# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS base
WORKDIR /app
# .npmrc: no package may run a script while it is installed. The image brings its own Node: the optional runtime is left out.
COPY package.json package-lock.json .npmrc ./

FROM base AS dependencies
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

FROM base AS build
RUN npm ci --omit=optional
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && rm -f dist/.tsbuildinfo

FROM node:24-bookworm-slim AS hindsight
ENV NODE_ENV=production
# Conversions of images need qemu-utils: docker build --build-arg PACKAGES=qemu-utils .
ARG PACKAGES=
RUN if [ -n "$PACKAGES" ]; then \
      apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi
WORKDIR /app
COPY package.json ./
COPY etc ./etc
COPY deploy/make-secrets.mjs ./deploy/
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 9292
# All roles answer it: those without an API with [hindsight] status_port = 9292.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9292/healthcheck').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/main.js"]
CMD ["serve", "--data-dir", "/data", "--bind-host", "0.0.0.0"]
