# ruleid: docker-image-unpinned
FROM node:latest AS build
RUN npm ci
# ruleid: docker-image-unpinned
FROM nginx
# ok: docker-image-unpinned
FROM node:22.11-slim
# ok: docker-image-unpinned
FROM alpine@sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b
# ok: docker-image-unpinned
FROM scratch
# ok: docker-image-unpinned
FROM build
# ok: docker-image-unpinned
FROM ${BASE_IMAGE}
