// How often tests that repeat something do so: fewer times where a sanitizer makes everything slow.
#pragma once

namespace tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

constexpr int times(int usual, int sanitized) { return kSanitized ? sanitized : usual; }

}  // namespace tests
