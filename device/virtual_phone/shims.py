"""Commands of the virtual phone that do not answer as the host's would, as POSIX shell scripts."""

import shlex
import sys

_GETPROP = """#!/bin/sh
props="$QUAD_PHONE/system/answers/props.txt"
[ $# -eq 0 ] && exec /bin/cat "$props" "$QUAD_PHONE/system/answers/setprop.txt" 2>/dev/null
value=$(/bin/cat "$props" "$QUAD_PHONE/system/answers/setprop.txt" 2>/dev/null |
  while IFS= read -r line; do
    case "$line" in "[$1]: ["*) line=${line#"[$1]: ["}; printf '%s\\n' "${line%]}" ;; esac
  done | tail -n 1)
printf '%s\\n' "${value:-$2}"
"""

_SETPROP = """#!/bin/sh
case "$1" in
  debug.*|persist.*) printf '[%s]: [%s]\\n' "$1" "$2" >> "$QUAD_PHONE/system/answers/setprop.txt" ;;
  *) echo "Failed to set property '$1' to '$2'." >&2; exit 1 ;;
esac
"""

_DUMPSYS = """#!/bin/sh
case "$1" in
  -l) printf 'Currently running services:\\n  battery\\n  meminfo\\n  thermalservice\\n' ;;
  battery|thermalservice|meminfo) exec /bin/cat "$QUAD_PHONE/system/answers/$1.txt" ;;
  *) echo "Can't find service: $1"; exit 0 ;;
esac
"""

_CAT = """#!/bin/sh
[ "$*" = /proc/meminfo ] && exec /bin/cat "$QUAD_PHONE/system/answers/meminfo.txt"
exec /bin/cat "$@"
"""

_DF = """#!/bin/sh
read -r total free < "$QUAD_PHONE/system/answers/storage_kb.txt"
own=$(du -sk "$QUAD_PHONE/data" | cut -f 1)
available=$((free - own))
host=$(/bin/df -Pk "$QUAD_PHONE" | tail -n 1 | awk '{print $4}')
[ "$available" -gt "$host" ] && available=$host
read -r forced < "$QUAD_PHONE/system/answers/free_kb.txt" && available=$forced
[ "$available" -lt 0 ] && available=0
used=$((total - available))
echo 'Filesystem      1K-blocks      Used Available Use% Mounted on'
printf '/dev/block/dm-58 %9d %9d %9d %3d%% /data/user/0\\n' \\
  "$total" "$used" "$available" $((used * 100 / total))
"""

_UNAME = """#!/bin/sh
read -r all < "$QUAD_PHONE/system/answers/uname.txt"
set -- "${1:--s}" $all
case "$1" in
  -a) shift; echo "$*" ;;
  -m) echo aarch64 ;;
  -r) echo "$4" ;;
  -n) echo "$3" ;;
  *) echo Linux ;;
esac
"""

_NPROC = """#!/bin/sh
exec /bin/cat "$QUAD_PHONE/system/answers/nproc.txt"
"""

# Android's sha256sum uses the processor's instructions for it; the one of coreutils is ten times
# slower, which would make every push look slow.
_SHA256SUM = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} -I -S -c '
import hashlib, sys
status = 0
for name in sys.argv[1:] or ["-"]:
    try:
        with sys.stdin.buffer if name == "-" else open(name, "rb") as file:
            print(hashlib.file_digest(file, "sha256").hexdigest(), "", name)
    except OSError as exc:
        print(f"sha256sum: {{name}}: {{exc.strerror}}", file=sys.stderr)
        status = 1
sys.exit(status)
' "$@"
"""

SHIMS: dict[str, str] = {
    "getprop": _GETPROP,
    "setprop": _SETPROP,
    "dumpsys": _DUMPSYS,
    "cat": _CAT,
    "df": _DF,
    "uname": _UNAME,
    "nproc": _NPROC,
    "sha256sum": _SHA256SUM,
}
