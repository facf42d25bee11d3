import type { LiteralFile } from '../action/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';

/** Whose classes are archived: javac's, D8's and R8's, kotlinc's. */
export const ARCHIVED: readonly ToolName[] = ['java', 'r8', 'kotlin'];

export const ARCHIVE_FILE = 'classes.jsa';

/** As actions run these programs: an archive is taken by a JVM with the same collector. */
const FLAGS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx768m';

const JAVA_SAMPLE = `package sample;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A little of what sources hold, so that compilers load what they mostly load. */
public class Sample<T extends Comparable<T>> implements Runnable {
  enum Kind { ONE, TWO { @Override int size() { return 2; } }; int size() { return 1; } }
  interface Shape { default double area() { return 0; } }
  private static final long LIMIT = 1L << 40;
  private final List<T> all = new ArrayList<>();
  private int[][] table = new int[3][];

  @SafeVarargs
  Sample(T... values) { for (T each : values) all.add(each); }

  @Deprecated
  String told(Object value, Kind kind) {
    switch (String.valueOf(value)) {
      case "a": return "first " + value + kind.size();
      default: break;
    }
    switch (kind) { case ONE: return "one"; default: return value instanceof String ? (String) value : "two"; }
  }

  @Override
  public void run() {
    Function<T, String> name = each -> each + "!" + LIMIT;
    Runnable later = new Runnable() { public void run() { synchronized (all) { table[0] = new int[] {1, 2}; } } };
    try (java.io.StringReader reader = new java.io.StringReader("x")) {
      for (int at = 0; at < all.size(); at++) System.out.println(name.apply(all.get(at)) + reader.read());
      all.stream().map(String::valueOf).filter(each -> !each.isEmpty()).forEach(System.out::println);
    } catch (java.io.IOException | RuntimeException error) {
      throw new IllegalStateException(error);
    } finally {
      later.run();
    }
  }
}
`;

const KOTLIN_SAMPLE = `package sample

data class State(val code: Int, val name: String = "none")

sealed interface Answer { object None : Answer; class Some<out T>(val value: T) : Answer }

enum class Level { LOW, HIGH }

fun State.isUp() = code in 200..299

inline fun <reified T> List<*>.only(): List<T> = filterIsInstance<T>()

class Look(private val of: Sample<String>, private val all: MutableList<State> = mutableListOf()) : Runnable by of {
  private val names by lazy { all.filter { it.isUp() }.map(State::name).sorted() }
  var level: Level = Level.LOW
    private set

  fun answer(value: Any?): Answer = when (value) {
    null -> Answer.None
    is String -> Answer.Some(value.trim().ifEmpty { "empty $level" })
    else -> try { Answer.Some(names.joinToString { "$it!" }) } catch (error: IllegalStateException) { Answer.None } finally { level = Level.HIGH }
  }

  companion object { const val LIMIT = 10; @JvmStatic fun of(vararg codes: Int) = Look(Sample(), codes.map { State(it) }.toMutableList()) }
}
`;

const SAMPLES: readonly LiteralFile[] = [
  { path: 'sample/Sample.java', content: JAVA_SAMPLE, isExecutable: false },
  { path: 'sample/Look.kt', content: KOTLIN_SAMPLE, isExecutable: false },
];

const JAVAC = '--release 11 -encoding UTF-8 -g:source,lines -proc:none -implicit:none -Xlint:-options';

const BEGIN = `set -eu
home=$1 path=$2 stdlib=$3
mkdir first second
"$home/bin/javac" ${JAVAC} -d first sample/Sample.java
"$home/bin/jar" --create --file first.jar -C first .
`;

/** Each ends with the names of the classes that it loaded in \`loaded\`. */
const RUNS: Readonly<Record<string, string>> = {
  java: `
"$home/bin/javac" -J-XX:DumpLoadedClassList="$PWD/loaded" ${javacFlags()} ${JAVAC} \\
  -classpath first.jar -d second sample/Sample.java
set --
`,
  r8: `
set -- -cp "$path"
r8() {
  program=$1
  shift
  "$home/bin/java" ${FLAGS} -XX:DumpLoadedClassList="loaded-$program" -cp "$path" "com.android.tools.r8.$program" \\
    --release --min-api 21 --thread-count 1 --lib "$home" --output second "$@" first.jar
}
r8 D8 --lib "$path"
printf '%s\\n' '-keep class sample.Sample { *; }' '-dontwarn **' >rules
r8 R8 --pg-conf rules --pg-map-output map
cat loaded-D8 loaded-R8 >loaded
`,
  kotlin: `
set -- -cp "$path"
"$home/bin/java" ${FLAGS} -XX:DumpLoadedClassList=loaded "$@" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler \\
  -no-stdlib -no-reflect -jvm-target 17 -module-name sample -classpath "$stdlib:first.jar" -d second \\
  sample/Look.kt sample/Sample.java
`,
};

/**
 * Mostly the same bytes from the same tools (docs/decisions/0011-java-tools.md): no random addresses, names in order, and nothing of lambdas, of
 * which a JVM makes something else each time. What the JVM itself does not take back is not kept.
 */
const END = `
grep -v -e '^[@#]' -e LambdaForm -e 'Lambda[$/]' loaded | LC_ALL=C sort -u >classes
setarch -R "$home/bin/java" ${FLAGS} -Xshare:dump -XX:SharedClassListFile=classes \\
  -XX:SharedArchiveFile=${ARCHIVE_FILE} "$@" >dumped 2>&1 || { cat dumped; exit 1; }
"$home/bin/java" ${FLAGS} -Xshare:on -XX:SharedArchiveFile=${ARCHIVE_FILE} "$@" -version
`;

function javacFlags(): string {
  return FLAGS.split(' ')
    .map((flag) => `-J${flag}`)
    .join(' ');
}

/** How the archive of a tool is made. */
export function recipeOf(
  tool: Pick<Toolchain, 'name' | 'files'>,
  javaHome: string,
): { readonly argv: readonly string[]; readonly files: readonly LiteralFile[] } {
  const path = tool.files.classpath ?? tool.files.jar ?? '';
  const script = `${BEGIN}${RUNS[tool.name]}${END}`;
  return {
    argv: ['bash', '-c', script, 'archive', javaHome, path, tool.files.stdlib ?? ''],
    files: SAMPLES,
  };
}
