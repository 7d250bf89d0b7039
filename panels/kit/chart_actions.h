// What every chart lets out: its figures as a table to look at, as TSV or CSV, and its picture. As the chart's context menu and, for
// TSV, Ctrl+C while it has the focus. GUI thread.
#pragma once

#include <QString>
#include <functional>

class QMenu;
class QWidget;

namespace panels::kit {

// `tsv` gives what is drawn now, tab-separated with a header line. The actions live as long as the chart.
void add_chart_actions(QWidget* chart, std::function<QString()> tsv);
// The same entries for a button's menu.
void add_chart_actions(QMenu* menu, QWidget* chart, std::function<QString()> tsv);
QString csv_of_tsv(const QString& tsv);   // RFC 4180: quotes where they are needed, CRLF between lines

}  // namespace panels::kit
