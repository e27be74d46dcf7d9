#include "custom_ops.h"

#include <algorithm>

#include "lora_op.h"
#include "vectorized.h"

namespace quad {
namespace {

constexpr const char* kDomain = "quad.studio";
constexpr size_t kElementsPerTask = 1u << 16;

struct FakeQuantizeKernel {
  float scale, low, high;

  explicit FakeQuantizeKernel(const OrtKernelInfo* info) {
    const Ort::ConstKernelInfo attributes(info);
    scale = attributes.GetAttribute<float>("scale");
    low = static_cast<float>(attributes.GetAttribute<int64_t>("low"));
    high = static_cast<float>(attributes.GetAttribute<int64_t>("high"));
  }

  struct Task {
    const FakeQuantizeKernel* kernel;
    const float* x;
    float* y;
    size_t count;
  };

  static void run_task(void* data, size_t index) {
    const Task& task = *static_cast<const Task*>(data);
    const size_t start = index * kElementsPerTask;
    const size_t count = std::min(kElementsPerTask, task.count - start);
    fake_quantize(task.x + start, task.y + start, count, task.kernel->scale, task.kernel->low, task.kernel->high);
  }

  void Compute(OrtKernelContext* context) const {
    Ort::KernelContext kernel(context);
    const auto input = kernel.GetInput(0);
    const auto shape = input.GetTensorTypeAndShapeInfo();
    Task task{this, input.GetTensorData<float>(), nullptr, shape.GetElementCount()};
    auto output = kernel.GetOutput(0, shape.GetShape());
    task.y = output.GetTensorMutableData<float>();
    const size_t tasks = (task.count + kElementsPerTask - 1) / kElementsPerTask;
    if (tasks > 1) kernel.ParallelFor(run_task, tasks, 0, &task);
    else if (tasks == 1) run_task(&task, 0);
  }
};

struct FakeQuantizeOp : Ort::CustomOpBase<FakeQuantizeOp, FakeQuantizeKernel> {
  FakeQuantizeOp() {
    GetMayInplace = [](int** inputs, int** outputs) -> size_t {
      static int first = 0;
      *inputs = &first;
      *outputs = &first;
      return 1;
    };
    ReleaseMayInplace = [](int*, int*) {};
  }
  void* CreateKernel(const OrtApi&, const OrtKernelInfo* info) const { return new FakeQuantizeKernel(info); }
  const char* GetName() const { return "FakeQuantize"; }
  const char* GetExecutionProviderType() const { return "CPUExecutionProvider"; }
  size_t GetInputTypeCount() const { return 1; }
  ONNXTensorElementDataType GetInputType(size_t) const { return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT; }
  size_t GetOutputTypeCount() const { return 1; }
  ONNXTensorElementDataType GetOutputType(size_t) const { return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT; }
  static Ort::Status InferOutputShape(Ort::ShapeInferContext& context) {
    const auto shape = context.GetInputShape(0);
    return context.SetOutputShape(0, shape);
  }
};

}  // namespace

QUAD_VECTORIZED
void fake_quantize(const float* x, float* y, size_t count, float scale, float low, float high) {
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even, for magnitudes
  // below 2^22; codes have at most 16 bits. It vectorizes where nearbyint does not.
  constexpr float kRounder = 12582912.0f;
  for (size_t i = 0; i < count; ++i) {
    float code = x[i] / scale;
    code = code < low ? low : code;
    code = code > high ? high : code;
    y[i] = ((code + kRounder) - kRounder) * scale;
  }
}

Ort::CustomOpDomain make_custom_op_domain() {
  static const FakeQuantizeOp fake_quantize_op;
  Ort::CustomOpDomain domain(kDomain);
  domain.Add(&fake_quantize_op);
  domain.Add(lora_add_op());
  return domain;
}

}  // namespace quad
