#include "lora_op.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "custom_ops.h"
#include "vectorized.h"

namespace quad {
namespace {

constexpr size_t kTileElements = 1u << 16;   // of one product with b: stays in the second-level cache
constexpr size_t kChunkElements = 1u << 11;  // of what is rounded and summed: stays in the first

struct Rounding {
  float scale = 0, low = 0, high = 0;

  void apply(const float* x, float* y, size_t count) const {
    if (scale > 0) fake_quantize(x, y, count, scale, low, high);
    else if (x != y) std::copy(x, x + count, y);
  }
};

QUAD_VECTORIZED
void add(const float* x, const float* y, float* sum, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] = x[i] + y[i];
}

QUAD_VECTORIZED
void multiply_rows(float* x, const float* factors, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row)
    for (size_t i = 0; i < columns; ++i) x[row * columns + i] *= factors[i];
}

QUAD_VECTORIZED
void dequantize(const int16_t* codes, float scale, float* values, size_t count) {
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(codes[i]) * scale;
}

QUAD_VECTORIZED
void dequantize(const int8_t* codes, float scale, float* values, size_t count) {
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(codes[i]) * scale;
}

void dequantize_codes(const Ort::ConstValue& codes, float scale, float* values, size_t count) {
  const auto type = codes.GetTensorTypeAndShapeInfo().GetElementType();
  if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16) return dequantize(codes.GetTensorData<int16_t>(), scale, values, count);
  if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8) return dequantize(codes.GetTensorData<int8_t>(), scale, values, count);
  throw Ort::Exception("LoraAdd: a and b must be int16 or int8", ORT_INVALID_ARGUMENT);
}

// A block of the session's arena, so that a step's scratch is the memory of other operators.
class Scratch {
 public:
  Scratch(Ort::Allocator allocator, std::initializer_list<size_t> counts)
      : allocator_(std::move(allocator)), memory_(allocator_.GetAllocation(bytes_of(counts))) {}

  float* take(size_t count) {
    auto* const start = reinterpret_cast<float*>(static_cast<uint8_t*>(memory_.get()) + used_);
    used_ += padded(count);
    return start;
  }

 private:
  static size_t padded(size_t count) { return (count * sizeof(float) + 63) / 64 * 64; }  // whole cache lines
  static size_t bytes_of(std::initializer_list<size_t> counts) {
    size_t bytes = 0;
    for (size_t count : counts) bytes += padded(count);
    return bytes;
  }

  Ort::Allocator allocator_;  // memory_ goes back to it
  Ort::MemoryAllocation memory_;
  size_t used_ = 0;
};

// The last tile's part that one thread rounds and adds.
struct SumTask {
  const Rounding *up_rounding, *sum_rounding;
  float* up;
  const float* base;
  float* y;
  size_t count;

  static void run(void* data, size_t index) {
    const SumTask& task = *static_cast<const SumTask*>(data);
    const size_t start = index * kChunkElements, count = std::min(kChunkElements, task.count - start);
    float* const up = task.up + start;
    float* const y = task.y + start;
    task.up_rounding->apply(up, up, count);
    add(task.base + start, up, y, count);
    task.sum_rounding->apply(y, y, count);
  }
};

struct LoraAddKernel {
  enum { kDown, kScaled, kUp, kSum, kRoundings };

  explicit LoraAddKernel(const OrtKernelInfo* info) : memory_(Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)) {
    const Ort::ConstKernelInfo attributes(info);
    a_scale_ = attributes.GetAttribute<float>("a_scale");
    b_scale_ = attributes.GetAttribute<float>("b_scale");
    const auto scales = attributes.GetAttributes<float>("scales");
    const auto lows = attributes.GetAttributes<int64_t>("lows"), highs = attributes.GetAttributes<int64_t>("highs");
    if (scales.size() != kRoundings || lows.size() != kRoundings || highs.size() != kRoundings)
      throw Ort::Exception("LoraAdd: scales, lows and highs must have 4 values each", ORT_INVALID_ARGUMENT);
    for (size_t i = 0; i < kRoundings; ++i)
      rounding_[i] = {scales[i], static_cast<float>(lows[i]), static_cast<float>(highs[i])};
    const char* constraint = "T";
    const ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
    product_ = Ort::Op::Create(info, "MatMul", "", 13, &constraint, &type, 1, nullptr, 0, 2, 1);
  }

  void Compute(OrtKernelContext* context) {
    const Ort::KernelContext kernel(context);
    const auto x = kernel.GetInput(0), base = kernel.GetInput(1), a = kernel.GetInput(2), b = kernel.GetInput(3);
    const auto a_shape = a.GetTensorTypeAndShapeInfo().GetShape(), b_shape = b.GetTensorTypeAndShapeInfo().GetShape();
    const auto base_info = base.GetTensorTypeAndShapeInfo();
    const size_t in = static_cast<size_t>(a_shape.at(0)), rank = static_cast<size_t>(a_shape.at(1));
    const size_t out = static_cast<size_t>(b_shape.at(1)), count = base_info.GetElementCount();
    const size_t rows = count / out;
    if (x.GetTensorTypeAndShapeInfo().GetElementCount() != rows * in || static_cast<size_t>(b_shape.at(0)) != rank)
      throw Ort::Exception("LoraAdd: the shapes of x, base, a and b do not fit", ORT_INVALID_ARGUMENT);
    float* const y = kernel.GetOutput(0, base_info.GetShape()).GetTensorMutableData<float>();

    // A row alone takes MLAS's path for vectors, which adds in another order: no tile but the only
    // one may have a single row.
    size_t tile = std::max<size_t>(2, kTileElements / out);
    while (tile < rows && rows % tile == 1) ++tile;
    tile = std::min(tile, rows);
    Scratch scratch(kernel.GetAllocator(*memory_), {in * rank, rank * out, rows * rank, tile * out});
    float* const a_real = scratch.take(in * rank);
    float* const b_real = scratch.take(rank * out);
    float* const down = scratch.take(rows * rank);
    float* const up = scratch.take(tile * out);

    dequantize_codes(a, a_scale_, a_real, in * rank);
    dequantize_codes(b, b_scale_, b_real, rank * out);
    multiply(context, {x.GetTensorData<float>(), rows, in}, {a_real, in, rank}, down);
    rounding_[kDown].apply(down, down, rows * rank);
    multiply_rows(down, kernel.GetInput(4).GetTensorData<float>(), rows, rank);
    rounding_[kScaled].apply(down, down, rows * rank);
    for (size_t row = 0; row < rows; row += tile) {
      const size_t height = std::min(tile, rows - row), start = row * out;
      multiply(context, {down + row * rank, height, rank}, {b_real, rank, out}, up);
      SumTask task{&rounding_[kUp], &rounding_[kSum], up, base.GetTensorData<float>() + start, y + start, height * out};
      kernel.ParallelFor(SumTask::run, (task.count + kChunkElements - 1) / kChunkElements, 0, &task);
    }
  }

 private:
  struct Matrix {
    const float* data;
    size_t rows, columns;
  };

  Ort::Value tensor_of(const Matrix& matrix) const {
    const std::array<int64_t, 2> shape = {static_cast<int64_t>(matrix.rows), static_cast<int64_t>(matrix.columns)};
    // ONNX Runtime takes inputs as writable memory but does not write to them.
    return Ort::Value::CreateTensor<float>(memory_, const_cast<float*>(matrix.data), matrix.rows * matrix.columns, shape.data(), 2);
  }

  void multiply(OrtKernelContext* context, const Matrix& left, const Matrix& right, float* result) {
    const Ort::Value inputs[] = {tensor_of(left), tensor_of(right)};
    Ort::Value output = tensor_of({result, left.rows, right.columns});
    product_.Invoke(context, inputs, 2, &output, 1);
  }

  float a_scale_ = 1, b_scale_ = 1;
  std::array<Rounding, kRoundings> rounding_;
  Ort::MemoryInfo memory_;
  Ort::Op product_{nullptr};
};

struct LoraAddOp : Ort::CustomOpBase<LoraAddOp, LoraAddKernel> {
  LoraAddOp() {
    GetMayInplace = [](int** inputs, int** outputs) -> size_t {  // the sum may take the base's place
      static int base = 1, sum = 0;
      *inputs = &base;
      *outputs = &sum;
      return 1;
    };
    ReleaseMayInplace = [](int*, int*) {};
  }
  void* CreateKernel(const OrtApi&, const OrtKernelInfo* info) const { return new LoraAddKernel(info); }
  const char* GetName() const { return "LoraAdd"; }
  const char* GetExecutionProviderType() const { return "CPUExecutionProvider"; }
  size_t GetInputTypeCount() const { return 5; }
  ONNXTensorElementDataType GetInputType(size_t index) const {
    const bool codes = index == 2 || index == 3;  // of either width
    return codes ? ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED : ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  }
  bool GetVariadicInputHomogeneity() const { return false; }
  size_t GetOutputTypeCount() const { return 1; }
  ONNXTensorElementDataType GetOutputType(size_t) const { return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT; }
  static Ort::Status InferOutputShape(Ort::ShapeInferContext& context) {
    return context.SetOutputShape(0, context.GetInputShape(1));
  }
};

}  // namespace

const OrtCustomOp* lora_add_op() {
  static const LoraAddOp op;
  return &op;
}

}  // namespace quad
