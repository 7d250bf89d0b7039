#include "panels/kit/place.h"

#include <QRegularExpression>

namespace panels::kit {

Place place_of(const QString& text) {
  static const QRegularExpression form(QStringLiteral(R"(^([\w./-]+\.(?:yaml|yml|toml|json|proto|sql|http))(?::(\d+))?(?::(\d+))?(?::\s*(.*))?$)"), QRegularExpression::DotMatchesEverythingOption);
  const auto m = form.match(text);
  if (!m.hasMatch()) return {{}, 0, 0, text};
  return {m.captured(1), m.captured(2).toInt(), m.captured(3).toInt(), m.captured(4)};
}

QString place_text(const Place& p) {
  if (p.line == 0) return p.file;
  return p.column == 0 ? QStringLiteral("%1:%2").arg(p.file).arg(p.line) : QStringLiteral("%1:%2:%3").arg(p.file).arg(p.line).arg(p.column);
}

}  // namespace panels::kit
