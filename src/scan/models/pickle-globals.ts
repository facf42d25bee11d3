/** What it means that a pickle imports a name. */
export type ImportVerdict = 'safe' | 'unknown' | 'dangerous';

/** One name after the other, in rows: as data they are easier to read so. */
function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Modules of which a pickle needs nothing, and with which it can run programs, load code, or reach files and the network. */
const DANGEROUS_MODULES = new Set(
  words(`
  os posix nt posixpath ntpath sys subprocess _posixsubprocess commands popen2 pty shutil tempfile
  glob fileinput linecache mmap signal atexit resource socket _socket ssl _ssl select selectors
  socketserver asyncio asyncore aiohttp http httplib urllib urllib2 urllib3 requests httpx ftplib
  smtplib telnetlib imaplib poplib nntplib xmlrpc xmlrpclib paramiko webbrowser antigravity
  importlib _frozen_importlib _frozen_importlib_external imp _imp zipimport pkgutil runpy site pip
  ensurepip venv distutils setuptools pkg_resources idlelib lib2to3 pickle _pickle cPickle dill
  cloudpickle marshal shelve dbm sqlite3 _sqlite3 code codeop bdb pdb timeit profile cProfile
  trace doctest unittest test pydoc inspect ctypes _ctypes cffi _cffi_backend multiprocessing
  threading _thread concurrent sched gc weakref platform getpass _pyrepl _osx_support _aix_support
  logging cgi cgitb wsgiref compileall py_compile zipapp zipfile tarfile turtle tkinter curses
  readline rlcompleter IPython invoke fabric sh pexpect yaml _testcapi _testinternalcapi
  _xxsubinterpreters _interpreters interpreters nturl2path
`),
);

/** The same of modules within packages that are harmless otherwise; what lies below them too. */
const DANGEROUS_PARTS = words(`
  numpy.f2py numpy.distutils numpy.testing numpy.ctypeslib numpy.lib.npyio numpy.compat torch.hub
  torch.serialization torch.package torch.ops torch._ops torch.classes torch.jit torch.utils
  torch.distributed torch.multiprocessing torch.fx torch._dynamo torch._inductor torch.testing
  torch.onnx torch.library torch.cuda.nvrtc torch._export torch.export tensorflow.python.lib.io
  tensorflow.io tensorflow.keras.models keras.models pandas.io joblib.externals joblib.parallel
  joblib.memory sklearn.externals scipy.io scipy.weave
`);

/** Names by module, of which others are needed. */
const DANGEROUS_NAMES: Readonly<Record<string, readonly string[]>> = {
  builtins: words(`
    eval exec execfile compile open file input raw_input __import__ reload apply getattr setattr
    delattr globals locals vars dir breakpoint memoryview super map filter type property classmethod
    staticmethod help exit quit __build_class__
  `),
  operator: words('attrgetter itemgetter methodcaller call setitem delitem iadd'),
  functools: words('partial reduce partialmethod singledispatch cached_property'),
  itertools: words('starmap accumulate groupby filterfalse takewhile dropwhile'),
  types: words('CodeType FunctionType LambdaType ModuleType MethodType new_class DynamicClassAttribute'),
  io: words('open open_code FileIO'),
  codecs: words('open lookup register EncodedFile'),
  uuid: words('_get_command_stdout _find_mac_near_keyword _find_mac_under_heading _arp_getnode'),
  ast: words('literal_eval parse'),
  copyreg: words('add_extension pickle __newobj__ __newobj_ex__'),
  collections: words('namedtuple'),
  enum: words('_make_class_unpicklable'),
  dataclasses: words('make_dataclass _create_fn'),
  typing: words('get_type_hints ForwardRef _eval_type'),
  string: words('Formatter'),
  contextlib: words('ExitStack'),
  torch: words('load save compile hub ops classes import_ir_module _import_dotted_name'),
  'torch.storage': words('_load_from_bytes'),
  numpy: words('load save memmap fromfile vectorize loadtxt genfromtxt savetxt DataSource'),
  joblib: words('load dump Parallel Memory'),
  pandas: words('read_pickle eval read_csv read_json read_sql read_html'),
  polars: words('read_csv read_json scan_csv'),
  keras: words('models'),
};

/** What modules were called before, or are called inside Python: `Unpickler.find_class` maps the first. */
const SAME_MODULE: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['__builtins__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['_operator', 'operator'],
  ['_functools', 'functools'],
  ['_io', 'io'],
  ['_pyio', 'io'],
  ['_codecs', 'codecs'],
  ['_ast', 'ast'],
]);

/** Of a name that goes through attributes: each of these leads to everything. */
const TELLING_ATTRIBUTE =
  /^(?:__\w+__|system|popen|spawn\w*|exec\w*|eval|compile|open|load|loads|run\w*|call|Popen|check_output|getattr|import_module)$/;

const SAFE_NAMES: Readonly<Record<string, readonly string[]>> = {
  builtins: words(`
    object int long float complex bool str unicode bytes bytearray list dict tuple set frozenset
    slice range xrange Ellipsis NotImplemented
  `),
  copyreg: words('_reconstructor'),
  codecs: words('encode'),
  collections: words('OrderedDict defaultdict deque Counter'),
  datetime: words('datetime date time timedelta timezone'),
  decimal: words('Decimal'),
  fractions: words('Fraction'),
  uuid: words('UUID SafeUUID'),
  pathlib: words('Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath'),
  types: words('SimpleNamespace'),
  argparse: words('Namespace'),
  array: words('_array_reconstructor'),
  torch: words(`
    device Size Tensor Generator dtype layout strided sparse_coo sparse_csr per_tensor_affine
    per_channel_affine contiguous_format channels_last preserve_format bool uint8 int8 int16 int32
    int64 float16 float32 float64 bfloat16 half float double short int long complex32 complex64
    complex128 cfloat cdouble qint8 quint8 qint32 float8_e4m3fn float8_e5m2 uint16 uint32 uint64
    BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
    ShortTensor BFloat16Tensor
  `),
  'torch._utils': words(`
    _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter
    _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor _rebuild_sparse_csr_tensor
    _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy
    _rebuild_device_tensor_from_cpu_tensor _rebuild_nested_tensor
  `),
  'torch._tensor': words('_rebuild_from_type_v2 Tensor'),
  'torch.nn.parameter': words('Parameter UninitializedParameter Buffer'),
  'torch.serialization': words('_get_layout'),
  'torch.storage': words('UntypedStorage TypedStorage _TypedStorage _UntypedStorage'),
  'torch.torch_version': words('TorchVersion'),
  'torch.jit._pickle': words(`
    build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id
    restore_type_tag
  `),
  numpy: words(`
    dtype ndarray matrix bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32
    float64 complex64 complex128 str_ bytes_ datetime64 timedelta64
  `),
  'numpy.core.multiarray': words('_reconstruct scalar'),
  'numpy.core.numeric': words('_frombuffer'),
  'numpy.ma.core': words('_mareconstruct MaskedArray'),
  'numpy.random._pickle': words('__randomstate_ctor __generator_ctor __bit_generator_ctor'),
  'numpy.random._mt19937': words('MT19937'),
  'numpy.random._pcg64': words('PCG64'),
  'joblib.numpy_pickle': words('NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper'),
  'scipy.sparse': words('csr_matrix csc_matrix coo_matrix csr_array csc_array'),
};

/**
 * Classes whose objects are made without running anything that a pickle chooses: what they hold has to be imported, too. Python
 * knows no `__torch__`: those are classes that TorchScript compiles from the archive itself.
 */
const SAFE_CLASSES =
  /^(?:sklearn(?!\.externals)(?:\.\w+)*\.[A-Z]\w*|torch\.nn\.modules(?:\.\w+)*\.[A-Z]\w*|torch\.(?:cuda\.)?[A-Z]\w*Storage|scipy\.sparse\._?\w+\.\w+_(?:matrix|array)|numpy\.dtypes\.[A-Z]\w*DType|__torch__\.[\w.]+)$/;

/**
 * What is on no list is unknown, and never safe. `numpy._core` is what `numpy.core` is called since version 2.
 */
export function verdictOfImport(module: string, name: string): ImportVerdict {
  const own = (SAME_MODULE.get(module) ?? module).replace(/^numpy\._core(?=\.|$)/, 'numpy.core');
  const [first = ''] = own.split('.');
  if (namesOf(SAFE_NAMES, own).includes(name)) return 'safe';
  if (DANGEROUS_MODULES.has(first) || DANGEROUS_MODULES.has(name)) return 'dangerous';
  if (DANGEROUS_PARTS.some((part) => own === part || own.startsWith(`${part}.`))) return 'dangerous';
  const path = name.split('.');
  if (namesOf(DANGEROUS_NAMES, own).includes(path[0]!)) return 'dangerous';
  if (path.length > 1 && path.some(isTelling)) return 'dangerous';
  return SAFE_CLASSES.test(`${own}.${name}`) ? 'safe' : 'unknown';
}

function isTelling(attribute: string): boolean {
  return TELLING_ATTRIBUTE.test(attribute) || DANGEROUS_MODULES.has(attribute);
}

function namesOf(table: Readonly<Record<string, readonly string[]>>, module: string): readonly string[] {
  return Object.hasOwn(table, module) ? table[module]! : [];
}
