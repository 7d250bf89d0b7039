#include "panels/requests/body_text.h"

#include <QJsonDocument>

namespace panels::requests {
namespace {

// Where the value that opens at `from` closes; text is known to be JSON.
qsizetype closing(const QString& t, qsizetype from) {
  int depth = 0;
  bool quoted = false;
  for (qsizetype i = from; i < t.size(); ++i) {
    const QChar c = t[i];
    if (quoted) {
      if (c == QLatin1Char('\\'))
        ++i;
      else if (c == QLatin1Char('"'))
        quoted = false;
      continue;
    }
    if (c == QLatin1Char('"')) quoted = true;
    if (c == QLatin1Char('{') || c == QLatin1Char('[')) ++depth;
    if ((c == QLatin1Char('}') || c == QLatin1Char(']')) && --depth == 0) return i;
  }
  return t.size() - 1;
}

QString one_line(QStringView t) {
  QString out;
  bool quoted = false;
  for (qsizetype i = 0; i < t.size(); ++i) {
    const QChar c = t[i];
    if (quoted) {
      out += c;
      if (c == QLatin1Char('\\') && i + 1 < t.size())
        out += t[++i];
      else if (c == QLatin1Char('"'))
        quoted = false;
      continue;
    }
    if (c.isSpace()) continue;
    if (c == QLatin1Char('"')) quoted = true;
    if ((c == QLatin1Char('}') || c == QLatin1Char(']')) && !out.endsWith(QLatin1Char('{')) && !out.endsWith(QLatin1Char('['))) out += QLatin1Char(' ');
    out += c;
    if (c == QLatin1Char(':') || c == QLatin1Char(',')) out += QLatin1Char(' ');
    if ((c == QLatin1Char('{') || c == QLatin1Char('[')) && i + 1 < t.size() && t[i + 1] != QLatin1Char('}') && t[i + 1] != QLatin1Char(']')) out += QLatin1Char(' ');
  }
  return out;
}

}  // namespace

QString pretty_json(const QString& text) {
  QJsonParseError error;
  QJsonDocument::fromJson(text.toUtf8(), &error);
  if (error.error != QJsonParseError::NoError) return text;
  constexpr int kFold = 64;  // what fits one line stays on it, except the outermost
  QString out;
  int depth = 0;
  bool quoted = false;
  const auto line = [&] { out += QLatin1Char('\n') + QString(depth * 2, QLatin1Char(' ')); };
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QChar c = text[i];
    if (quoted) {
      out += c;
      if (c == QLatin1Char('\\') && i + 1 < text.size())
        out += text[++i];
      else if (c == QLatin1Char('"'))
        quoted = false;
      continue;
    }
    if (c.isSpace()) continue;
    if (c == QLatin1Char('"')) quoted = true, out += c;
    else if (c == QLatin1Char('{') || c == QLatin1Char('[')) {
      const qsizetype end = closing(text, i);
      const QString flat = one_line(QStringView(text).mid(i, end - i + 1));
      if ((depth > 0 && flat.size() <= kFold) || flat.size() <= 2) {
        out += flat;
        i = end;
        continue;
      }
      out += c;
      ++depth;
      line();
    } else if (c == QLatin1Char('}') || c == QLatin1Char(']')) {
      --depth;
      line();
      out += c;
    } else if (c == QLatin1Char(',')) {
      out += c;
      line();
    } else if (c == QLatin1Char(':')) {
      out += QStringLiteral(": ");
    } else {
      out += c;
    }
  }
  return out;
}

QString header_lines(const workbench::traffic::Pairs& headers) {
  QStringList lines;
  for (const auto& [name, value] : headers) lines << QString::fromStdString(name) + QStringLiteral(": ") + QString::fromStdString(value);
  return lines.join(QLatin1Char('\n'));
}

workbench::traffic::Pairs headers_of_lines(const QString& lines) {
  workbench::traffic::Pairs headers;
  for (const QString& line : lines.split(QLatin1Char('\n'))) {
    const auto colon = line.indexOf(QLatin1Char(':'));
    if (colon > 0) headers.emplace_back(line.left(colon).trimmed().toStdString(), line.mid(colon + 1).trimmed().toStdString());
  }
  return headers;
}

QString as_http(const workbench::traffic::SavedRequest& request) {
  QString out = QString::fromStdString(request.method + " " + request.url) + QLatin1Char('\n') + header_lines(request.headers);
  if (!request.body.empty()) out += QStringLiteral("\n\n") + QString::fromStdString(request.body);
  return out + QLatin1Char('\n');
}

}  // namespace panels::requests
