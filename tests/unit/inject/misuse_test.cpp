// Misuse of bindings does not compile, and the compiler says what to write instead: each snippet is given to the compiler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/folder.h"

namespace {

using namespace ::testing;

// What the compiler says of a composition root with this line in it; "" when it accepts it.
std::string compiled(const std::string& line) {
  tests::Folder folder;
  const std::string file = folder.path() + "/misuse.cpp";
  std::ofstream(file) << "#include \"slipway/inject/graph.h\"\n"
                         "using namespace slipway::inject;\n"
                         "struct Clock { virtual ~Clock() = default; };\n"
                         "struct Database {};\n"
                         "struct Orders { Orders(Database&, Clock&) {} };\n"
                         "void root(Bindings& b) {\n  "
                      << line << "\n}\n";
  const std::string command = "c++ -std=c++20 -fsyntax-only -fdiagnostics-color=never -I" SLIPWAY_SOURCE_DIR "/engine " + file + " 2>&1";
  std::string said;
  FILE* out = popen(command.c_str(), "r");
  if (!out) return "the compiler did not run";
  std::array<char, 4096> piece;
  while (const auto n = std::fread(piece.data(), 1, piece.size(), out)) said.append(piece.data(), n);
  const int status = pclose(out);
  return status == 0 ? "" : said;
}

TEST(InjectMisuse, TheSameLinesWrittenRightCompile) {
  EXPECT_EQ(compiled("b.singleton<Orders, Database&, Clock&>(); b.singleton<Clock>(); b.singleton<Database>([] { return std::make_unique<Database>(); });"), "");
}

TEST(InjectMisuse, AConstructorThatDoesNotFitIsNamed) {
  EXPECT_THAT(compiled("b.singleton<Orders, Clock&, Database&>();"),
              HasSubstr("slipway::inject: the implementation has no constructor with these dependencies, in this order"));
}

TEST(InjectMisuse, WhatIsNeitherImplementationNorDependencyIsNamed) {
  EXPECT_THAT(compiled("b.singleton<Clock, Database>();"), HasSubstr("slipway::inject: this is neither an implementation of the bound type"));
  EXPECT_THAT(compiled("b.singleton<Orders, Database&, Clock*>();"), HasSubstr("slipway::inject: a dependency is T&, Provider<T>, Made<T> or Named<"));
}

TEST(InjectMisuse, AFactoryThatCannotBeCalledOrGivesSomethingElseIsNamed) {
  EXPECT_THAT(compiled("b.singleton<Orders, Database&>([](Clock&) { return std::unique_ptr<Orders>(); });"),
              HasSubstr("slipway::inject: the factory cannot be called, as const, with these dependencies in this order"));
  EXPECT_THAT(compiled("b.singleton<Clock>([] { return 7; });"), HasSubstr("slipway::inject: a factory gives a std::unique_ptr or std::shared_ptr"));
}

TEST(InjectMisuse, APointerOrReferenceIsNoTypeToBind) {
  EXPECT_THAT(compiled("b.singleton<Database*>([] { return std::make_unique<Database*>(); });"),
              HasSubstr("slipway::inject: bind the type itself, singleton<Database>, not a reference or a pointer to it"));
}

}  // namespace
