#include "workbench/exporter/merge.h"

#include <gtest/gtest.h>

namespace {

using workbench::exporter::merge_lines;

TEST(Merge, WhatOnlyOneSideChangedIsTaken) {
  EXPECT_EQ(merge_lines("a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n"), "a\nB\nc\n");
  EXPECT_EQ(merge_lines("a\nb\nc\n", "a\nb\nc\n", "a\nb\nC\n"), "a\nb\nC\n");
}

TEST(Merge, ChangesOfDifferentLinesComeTogether) {
  EXPECT_EQ(merge_lines("a\nb\nc\nd\n", "mine\na\nb\nc\nd\n", "a\nb\nc\nd\ntheirs\n"), "mine\na\nb\nc\nd\ntheirs\n");
  EXPECT_EQ(merge_lines("a\nb\nc\nd\n", "a\nc\nd\n", "a\nb\nc\nD\n"), "a\nc\nD\n");
}

TEST(Merge, TheSameChangeOnBothSidesIsOneChange) { EXPECT_EQ(merge_lines("a\nb\n", "a\nx\n", "a\nx\n"), "a\nx\n"); }

TEST(Merge, DifferentChangesOfOneLineAreNotMerged) {
  EXPECT_EQ(merge_lines("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n"), std::nullopt);
  EXPECT_EQ(merge_lines("a\n", "a\nx\n", "a\ny\n"), std::nullopt);
  EXPECT_EQ(merge_lines("a\nb\nc\n", "a\nc\n", "a\ny\nc\n"), std::nullopt) << "deleted here, changed there";
}

TEST(Merge, AMissingNewlineAtTheEndIsKept) { EXPECT_EQ(merge_lines("a\nb\nc", "A\nb\nc", "a\nb\nc"), "A\nb\nc"); }

TEST(Merge, EmptyTextsMerge) {
  EXPECT_EQ(merge_lines("", "", ""), "");
  EXPECT_EQ(merge_lines("", "x\n", ""), "x\n");
  EXPECT_EQ(merge_lines("a\n", "", "a\n"), "");
}

}  // namespace
