#!/bin/sh
# For people at a terminal, as root: majung as its own user, with the settings of the services.
# Install as /usr/local/bin/majung.
set -eu
set -a
. /etc/majung/environment
set +a
cd "$MAJUNG_HOME"
exec runuser -u majung -- /opt/majung/bin/majung "$@"
