// The export of the sample's gateway as the story tells it: a plan with a changed chain, and the report of its verification.
#pragma once

#include "workbench/exporter/export_plan.h"

namespace panels::kit::story {

workbench::exporter::ExportPlan export_plan();
workbench::exporter::VerifyReport export_report();

}  // namespace panels::kit::story
