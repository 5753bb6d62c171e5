package org.odradek.broker.authorization;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;

/** All error codes in a message, wherever they stand. */
final class ErrorCodes {
  private ErrorCodes() {}

  static List<ErrorCode> in(Message message) throws ReflectiveOperationException {
    List<ErrorCode> codes = new ArrayList<>();
    collect(message, codes);
    return codes;
  }

  private static void collect(Object value, List<ErrorCode> codes)
      throws ReflectiveOperationException {
    if (value instanceof List<?> list) {
      for (Object element : list) {
        collect(element, codes);
      }
      return;
    }
    if (!value.getClass().getName().startsWith("org.odradek.protocol.message.")) {
      return;
    }
    for (Method method : value.getClass().getMethods()) {
      if (method.getParameterCount() != 0
          || method.getDeclaringClass() != value.getClass()
          || method.getReturnType() == value.getClass()) {
        continue;
      }
      if (method.getName().endsWith("rrorCode") && method.getReturnType() == short.class) {
        short code = (short) method.invoke(value);
        if (code != ErrorCode.NONE.code()) {
          codes.add(ErrorCode.forCode(code));
        }
      } else if (List.class.isAssignableFrom(method.getReturnType())) {
        Object list = method.invoke(value);
        if (list != null) {
          collect(list, codes);
        }
      }
    }
  }
}
