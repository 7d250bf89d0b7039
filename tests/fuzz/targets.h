// Fuzz targets: every parser that reads what others wrote, as a function of bytes. It returns whatever the bytes are and
// aborts (by a sanitizer, or by fuzz::require) when a property breaks. The same table serves libFuzzer (preset `fuzz`, one
// program per target) and ctest, which replays fixtures/fuzz/<name>/ and mutations of it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

std::span<const Target> targets();

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
  std::abort();
}

void json(std::string_view bytes);
void yaml(std::string_view bytes);
void toml(std::string_view bytes);
void ini(std::string_view bytes);
void properties(std::string_view bytes);
void dotenv(std::string_view bytes);
void form(std::string_view bytes);
void edit_in_place(std::string_view bytes);
void config_templates(std::string_view bytes);
void units(std::string_view bytes);
void traceparent(std::string_view bytes);
void request_head(std::string_view bytes);
void reply_head(std::string_view bytes);
void chunked(std::string_view bytes);
void url(std::string_view bytes);
void base64(std::string_view bytes);
void command_line(std::string_view bytes);
void environment(std::string_view bytes);
void paths(std::string_view bytes);
void typed_reads(std::string_view bytes);
void log_config(std::string_view bytes);
void version_range(std::string_view bytes);
void error_body(std::string_view bytes);
void grpc_status(std::string_view bytes);
void error_proto(std::string_view bytes);

}  // namespace fuzz
