"""Rows of numbers kept as bytes, and their dot products with others: a quarter of the memory to read.

One vector against thousands of rows costs what reading them costs. ONNX Runtime multiplies whole numbers, without
rounding, so that the products of a vector depend neither on its neighbours nor on the processor. Both factors are
unsigned: processors without VNNI add products with signed bytes in 16 bits, which overflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ZERO = 128
"""The byte that stands for 0."""
LARGEST = 127
OPSET, IR_VERSION = 17, 8
"""Of the graph: old enough for any ONNX Runtime that the encoder runs on."""


@dataclass(frozen=True, eq=False)
class ByteRows:
    """Rows as bytes, and what one step is worth in each row."""

    codes: Bytes
    """Shape (rows, dimensions)."""
    steps: Floats
    """Shape (rows,)."""

    @classmethod
    def of(cls, rows: Floats) -> ByteRows:
        """The rows, rounded to 255 steps each."""
        steps = np.maximum(np.abs(rows).max(axis=1, initial=0.0) / LARGEST, np.finfo(np.float32).tiny)
        codes = np.rint(rows / steps[:, None]) + ZERO
        return cls(codes.astype(np.uint8), steps.astype(np.float32))

    @property
    def floats(self) -> Floats:
        """The rounded rows."""
        return (self.codes.astype(np.float32) - ZERO) * self.steps[:, None]

    def products(self, others: ByteRows) -> Floats:
        """The dot product of each of the others with each of these; shape (others, rows)."""
        (sums,) = self._multiply.run(None, {"others": others.codes})
        return np.asarray(sums * others.steps[:, None] * self.steps, np.float32)

    @cached_property
    def _multiply(self) -> onnxruntime.InferenceSession:
        """A graph of one node; made with the first product, as training needs none."""
        constants = {"rows": np.ascontiguousarray(self.codes.T), "zero": np.array(ZERO, np.uint8)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(_graph(constants), options, providers=["CPUExecutionProvider"])


def _graph(constants: Mapping[str, Bytes]) -> bytes:
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["others", "rows", "zero", "zero"], ["sums"])],
        "products",
        [helper.make_tensor_value_info("others", TensorProto.UINT8, [None, None])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [None, None])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())
