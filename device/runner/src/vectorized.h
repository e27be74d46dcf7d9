// Loops compiled for the widest vectors that the processor has, picked at load time, so that one
// binary serves every x86-64.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define QUAD_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define QUAD_VECTORIZED __attribute__((optimize("O3")))
#else
#define QUAD_VECTORIZED
#endif
