# signals.tsv -> signals.json (mode=signals) or a JSON Schema of one sample (mode=schema).
BEGIN { FS = "\t" }
/^#/ || NF == 0 { next }
NF != 4 || $1 !~ /^[a-z][a-z0-9]*$/ || $3 !~ /^[0-9]+$/ {
  printf "%s:%d: want name, unit, maximum, meaning with tabs between\n", FILENAME, FNR > "/dev/stderr"
  failed = 1
  exit 1
}
$1 in seen {
  printf "%s:%d: %s stands here twice\n", FILENAME, FNR, $1 > "/dev/stderr"
  failed = 1
  exit 1
}
{
  seen[$1] = 1
  gsub(/["\\]/, "\\\\&")
  names[++count] = $1
  list = list (count > 1 ? ",\n" : "") \
    sprintf("  { \"name\": \"%s\", \"unit\": \"%s\", \"maximum\": %d, \"meaning\": \"%s\" }", $1, $2, $3, $4)
  properties = properties (count > 1 ? ",\n" : "") \
    sprintf("    \"%s\": { \"type\": \"number\", \"minimum\": 0, \"maximum\": %d, \"description\": \"%s, %s\" }", $1, $3, $4, $2)
}
END {
  if (failed) exit 1
  if (mode == "signals") { printf "[\n%s\n]\n", list; exit }
  for (i = 1; i <= count; i++) required = required (i > 1 ? ", " : "") "\"" names[i] "\""
  printf "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
  printf "  \"title\": \"One telemetry sample\",\n  \"type\": \"object\",\n"
  printf "  \"properties\": {\n%s\n  },\n  \"required\": [%s],\n  \"additionalProperties\": false\n}\n", properties, required
}
