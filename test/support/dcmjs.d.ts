/** The one call of dcmjs that is measured; the package brings no types. */
declare module 'dcmjs' {
  const dcmjs: { data: { DicomMessage: { readFile(bytes: ArrayBufferLike): unknown } } };
  export default dcmjs;
}
