#!/bin/sh
# `npm ci` runs this script (as "prepare") if the Node that package.json pins does not start. That Node needs glibc, which
# Alpine and other systems with musl do not have. After its link is deleted, npm scripts use the Node of the system.
cd "$(dirname "$0")/.." || exit 1
pinned=node_modules/.bin/node
[ -e "$pinned" ] || exit 0
"$pinned" --version >/dev/null 2>&1 && exit 0
rm -f "$pinned"
needed='22.22 or later in line 22, or 24.6 or later'
if version=$(node --version 2>/dev/null); then
  echo "The pinned Node cannot start here (it needs glibc, which Alpine does not have), so npm start, npm test and the other scripts use this system's Node $version. It must be $needed." >&2
else
  echo "The pinned Node cannot start here (it needs glibc, which Alpine does not have). Install Node $needed (on Alpine: apk add nodejs), then run npm ci again." >&2
fi
