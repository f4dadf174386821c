# One image for every role. glibc, because onnxruntime has no musl build.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && node scripts/prune-platforms.js

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    LEADWIRE_DATA_DIR=/data \
    LEADWIRE_HTTP_HOST=0.0.0.0 \
    LEADWIRE_MLLP_HOST=0.0.0.0
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json /app/LICENSE ./
COPY --from=build --chown=root:root /app/bin bin
COPY --from=build --chown=root:root /app/dist dist
COPY --from=build --chown=root:root /app/models models
COPY --from=build --chown=root:root /app/node_modules node_modules
RUN mkdir /data && chown 10001:10001 /data
# Nothing but /data and /tmp is ever written: run it with a read-only root file system.
USER 10001:10001
VOLUME /data
EXPOSE 3000 2575
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "bin/leadwire.js"]
CMD ["serve"]
