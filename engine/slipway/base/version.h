// The engine's version, as programs and plugins were compiled with it. CMake checks that it is the project's.
#pragma once

namespace slipway {

inline constexpr char kEngineVersion[] = "0.1.0";

}  // namespace slipway
