// TestText: the tests of an exported project that depend on its operations, each an own TEST so that its name says what it holds.
#pragma once

#include <string>

#include "workbench/exporter/project_model.h"

namespace workbench::exporter {

std::string unit_tests(const ProjectModel& model);
// Every operation with a request that its rules accept, and with one that breaks each single rule.
std::string contract_tests(const ProjectModel& model);
std::string benchmarks(const ProjectModel& model);

// How many tests ctest runs in a project, read from its files: TEST and TEST_F lines, and add_test lines. `exact` is false when a file
// holds parameterised tests, whose number is known at run time only.
struct TestCount {
  std::size_t count = 0;
  bool exact = true;
};
TestCount count_tests(const std::string& project);
TestCount count_tests_in(const std::string& path, const std::string& text);

}  // namespace workbench::exporter
