#include "workbench/exporter/merge.h"

#include <gtest/gtest.h>

namespace {

using workbench::exporter::holds_markers;
using workbench::exporter::merge_texts;

std::string merged(const char* base, const char* mine, const char* theirs, int conflicts = 0) {
  auto m = merge_texts(base, mine, theirs);
  EXPECT_TRUE(m.ok()) << (m.ok() ? "" : m.error().to_string());
  if (!m.ok()) return {};
  EXPECT_EQ(m->conflicts, conflicts) << m->text;
  return m->text;
}

TEST(Merge, WhatOnlyOneSideChangedIsTaken) {
  EXPECT_EQ(merged("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n"), "a\nB\nc\n");
  EXPECT_EQ(merged("a\nb\nc\n", "a\nb\nc\n", "a\nb\nC\n"), "a\nb\nC\n");
}

TEST(Merge, ChangesOfDifferentLinesComeTogether) { EXPECT_EQ(merged("a\nb\nc\nd\n", "mine\na\nb\nc\nd\n", "a\nb\nc\nd\ntheirs\n"), "mine\na\nb\nc\nd\ntheirs\n"); }

TEST(Merge, TheSameChangeOnBothSidesIsOneChange) { EXPECT_EQ(merged("a\nb\n", "a\nx\n", "a\nx\n"), "a\nx\n"); }

TEST(Merge, DifferentChangesOfOneLineStandBetweenMarkersWithTheBase) {
  const std::string text = merged("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", 1);
  EXPECT_EQ(text, "a\n<<<<<<< yours\nx\n||||||| last export\nb\n=======\ny\n>>>>>>> this export\nc\n");
  EXPECT_TRUE(holds_markers(text));
  EXPECT_FALSE(holds_markers("a << b\n x <<<<<<< y\n"));
}

TEST(Merge, EmptyTextsMerge) {
  EXPECT_EQ(merged("", "", ""), "");
  EXPECT_EQ(merged("", "x\n", ""), "x\n");
  EXPECT_EQ(merged("a\n", "", "a\n"), "");
}

}  // namespace
